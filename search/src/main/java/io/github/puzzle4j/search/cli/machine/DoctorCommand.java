package io.github.puzzle4j.search.cli.machine;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.doctor.Diagnosis;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Says whether a search can run on this machine. */
@Command(
    name = "doctor",
    description = "Look at this machine: Java, engines, processor, GPUs, memory and disk.",
    footer = {
      "",
      "Each engine is loaded in a process of its own, and large products are timed on the processor",
      "and on each GPU. What is missing is listed with its remedy. Exit code 0 if the engine loads",
      "that commands use if nothing is said, else 2."
    },
    showDefaultValues = true)
public final class DoctorCommand extends AnsweringCommand {

  private static final String MACHINE =
      """
      Java         {java}, {java_home}
      system       {system}
      processor    {processor}, {threads} threads, {features_text}
      driver       {driver_text}
      memory       {memory_bytes/1073741824:%.1f} GiB, {free_memory_bytes/1073741824:%.1f} GiB free
      disk         {free_disk_bytes/1073741824:%.1f} GiB free for {folder}
      """;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      defaultValue = "runs/search",
      description = "Where a run would go: its disk is looked at.")
  private Path out;

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--engine",
      paramLabel = "NAME",
      description = "Only this engine: djl or torch; and ready if this one loads.")
  private Optional<String> engine = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws IOException {
    Diagnosis diagnosis;
    try (ProgressTask task = progress.start("doctor", 1)) {
      diagnosis =
          engine.isPresent()
              ? Diagnosis.ofOne(Engines.named(engine.get()), out)
              : Diagnosis.ofAll(out);
      task.step(1);
    }
    JsonNode json = Json.mapper().valueToTree(diagnosis);
    return new Answer(
        diagnosis.ready() ? ExitCode.SUCCESS : ExitCode.USER_MISTAKE, json, text(diagnosis, json));
  }

  private static String text(Diagnosis diagnosis, JsonNode json) {
    StringJoiner text = new StringJoiner("\n");
    text.add(
        Template.fill(
            json.get("machine")
                .deepCopy()
                .asObject()
                .put(
                    "features_text",
                    diagnosis.machine().features().isEmpty()
                        ? "no known features"
                        : String.join(" ", diagnosis.machine().features()))
                .put("driver_text", diagnosis.machine().driver().orElse("none of NVIDIA")),
            MACHINE));
    text.add(
        Template.table(
            json.get("engines"),
            "engine={id}",
            "version={version}",
            "float32 GFLOP/s={processor.float32_gflops:%.0f}",
            "bfloat16={processor.bfloat16_gflops:%.0f}",
            "library={location}"));
    diagnosis.engines().stream()
        .filter(check -> !check.gpus().isEmpty())
        .forEach(check ->
            text.add("GPUs of %s".formatted(check.id()))
                .add(
                    Template.table(
                        Json.mapper().valueToTree(check).get("gpus"),
                        "device=cuda:{index}",
                        "GPU={name}",
                        "memory={memory_bytes/1073741824:%.0f GiB}",
                        "capability={capability}",
                        "float32 GFLOP/s={products.float32_gflops:%.0f}",
                        "bfloat16={products.bfloat16_gflops:%.0f}")));
    diagnosis.remedies().forEach(text::add);
    text.add(
        diagnosis.ready()
            ? "ready: searches run on " + diagnosis.engine()
            : "not ready: %s does not load".formatted(diagnosis.engine()));
    return text.toString();
  }
}
