package io.github.puzzle4j.search.cli.machine;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.bundle.Bundle;
import io.github.puzzle4j.search.bundle.LeftOut;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Makes a folder that runs on a machine without Java. */
@Command(
    name = "bundle",
    description = "Make a folder that runs searches on a machine with PyTorch and without Java.",
    footer = {
      "",
      "Copy the folder to the machine, and start DIR/puzzle4j there, 'doctor' first. It has a Java",
      "of its own and no libtorch: '--engine torch', its default, computes with the PyTorch that",
      "PUZZLE4J_TORCH or the active virtual environment has. For Linux on x86-64."
    })
public final class BundleCommand extends AnsweringCommand {

  private static final String TEXT =
      """
      {folder}: {bytes/1048576:%.1f} MiB, of which {runtime_bytes/1048576:%.1f} MiB are Java
      left out: {omitted}
      on the other machine: {folder}/puzzle4j doctor\
      """;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to make.")
  private Path out;

  @Override
  protected Answer answer(Progress progress) throws IOException {
    Bundle bundle;
    try (ProgressTask task = progress.start("bundle", 1)) {
      bundle = Bundle.make(out, Bundle.classPath());
      task.step(1);
    }
    ObjectNode json =
        Json.mapper()
            .createObjectNode()
            .put("folder", out.toString())
            .put("bytes", bundle.bytes())
            .put("runtime_bytes", bundle.runtimeBytes())
            .put("jar_bytes", bundle.jarBytes());
    Arrays.stream(LeftOut.values()).forEach(left -> json.withArray("left_out").add(left.title()));
    String omitted =
        Arrays.stream(LeftOut.values()).map(LeftOut::title).collect(Collectors.joining(", "));
    return Answer.success(json, Template.fill(json.deepCopy().put("omitted", omitted), TEXT));
  }
}
