package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.TorchMachine;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.search.llamacpp.LlamaCppEngine;
import io.github.puzzle4j.search.llamacpp.RandomModel;
import io.github.puzzle4j.search.llamacpp.SpeedCheck;
import io.github.puzzle4j.search.machine.ProfileSpace;
import io.github.puzzle4j.search.machine.ProfileSteps;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The whole chain on the processor: profile, choice of a child, and its measured speed. */
@Command(
    name = "profile",
    description = {
      "Profile this processor, choose a child for it, and compare the speed-up with llama.cpp's."
    },
    showDefaultValues = true)
public final class BenchProfileCommand extends AnsweringCommand {

  private static final int CONTEXT = 2048;

  @Option(names = "--hidden", defaultValue = "768", description = "Width of the random teacher.")
  private int hidden;

  @Option(names = "--layers", defaultValue = "12", description = "Its layers.")
  private int layers;

  @Option(
      names = "--speedup",
      defaultValue = "1.5",
      description = "Required throughput of the child over the teacher's.")
  private double speedup;

  @Option(names = "--isl", defaultValue = "64", description = "Tokens per prompt.")
  private int inputTokens;

  @Option(names = "--osl", defaultValue = "64", description = "Tokens per answer.")
  private int outputTokens;

  @Option(
      names = "--backend",
      defaultValue = "llamacpp",
      description = "Engine whose profile predicts: llamacpp or torch.")
  private String backend;

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--target",
      paramLabel = "FILE",
      description = "A profile of this machine and shape, instead of a new one.")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = TimeConverter.class,
      description = "For the profile.")
  private Duration time;

  @Option(
      names = "--repetitions",
      defaultValue = "9",
      description = "Requests to teacher and child, alternating.")
  private int repetitions;

  @Option(names = "--threads", description = "Of the processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--seed", defaultValue = "1", description = "Of the values of layers.")
  private long seed;

  private static final String TEXT =
      """
      {machine}, profile of {backend}
      speed-up     predicted {predicted_speedup:%.3f}, measured {measured_speedup:%.3f}, error {error*100:%.1f} %
      teacher      predicted {predicted_teacher.throughput:%.1f}, measured {measured_teacher.throughput:%.1f} output tokens/s in llama.cpp
      child        predicted {predicted_child.throughput:%.1f}, measured {measured_child.throughput:%.1f}
      """;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    Require.positive("--threads", threads);
    Require.positive("--layers", layers);
    if (hidden < 64 || hidden % 64 != 0) {
      throw new CliException.UserMistake(
          "--hidden %d: must be a multiple of 64, the width of a head".formatted(hidden));
    }
    Model teacher = teacher();
    ProfileSpace space = ProfileSpace.usual(teacher);
    GpuTarget machine =
        target.isPresent() ? GpuTargets.load(target.get()) : profile(teacher, space, progress);
    SpeedCheck check =
        new SpeedCheck(
            teacher,
            CostModel.of(teacher, machine, backend),
            Scenario.of(inputTokens, outputTokens, 1),
            threads);
    Model child =
        check
            .child(space.of(teacher), speedup, seed)
            .orElseThrow(() ->
                new CliException.NothingFits(
                    "no child is %s times as fast as the teacher".formatted(speedup)));
    try (ProgressTask task = progress.start("compare", repetitions)) {
      SpeedCheck.Result result = check.measure(child, repetitions, task::step);
      List<String> blocks = result.child().layers().stream().map(Layer::id).toList();
      ObjectNode json = json(machine, result, blocks);
      return Answer.success(
          json,
          Template.fill(json, TEXT)
              + "requests     %d tokens in, %d out, one at a time, %d to each model, alternating\nchild        %s"
                  .formatted(
                      inputTokens, outputTokens, result.repetitions(), String.join(" ", blocks)));
    }
  }

  private Model teacher() {
    Layer layer = Layer.llama(new AttentionShape(hidden / 64, hidden / 64, 64), 4 * hidden);
    return RandomModel.shape(
        Model.uniform(
            CommonParts.llama(1, hidden, 10_000, CONTEXT, false, SpecialTokens.none()),
            layers,
            layer));
  }

  private GpuTarget profile(Model teacher, ProfileSpace space, Progress progress)
      throws CliException, IOException {
    TorchMachine machine = TorchMachine.of(ComputeDevice.processor(), threads);
    ProfiledEngine engine =
        switch (backend) {
          case "llamacpp" -> new LlamaCppEngine();
          case "torch" -> machine.engine();
          default ->
              throw new CliException.UserMistake(
                  "--backend %s: there are llamacpp and torch".formatted(backend));
        };
    ProfileQuestion question =
        new ProfileQuestion(
            teacher,
            space.attention(),
            space.ffn(),
            List.of(32, 256),
            List.of(1, 8),
            threads,
            time,
            machine.machine().datasheet().l2Bytes());
    try (ProfileSteps steps = new ProfileSteps(progress.start("profile", 100))) {
      return MachineProfile.measure(
              "this-machine", machine.machine(), List.of(engine), question, steps)
          .target();
    }
  }

  private ObjectNode json(GpuTarget machine, SpeedCheck.Result result, List<String> child) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("machine", machine.title())
        .put("threads", threads)
        .put("backend", backend)
        .put("predicted_speedup", result.predictedSpeedup())
        .put("measured_speedup", result.measuredSpeedup())
        .put("error", result.error())
        .put(
            "predicted_decode_speedup",
            result.predictedChild().decode() / result.predictedTeacher().decode())
        .put(
            "measured_decode_speedup",
            result.measuredChild().decode() / result.measuredTeacher().decode())
        .put("repetitions", result.repetitions());
    json.set("predicted_teacher", Json.mapper().valueToTree(result.predictedTeacher()));
    json.set("measured_teacher", Json.mapper().valueToTree(result.measuredTeacher()));
    json.set("predicted_child", Json.mapper().valueToTree(result.predictedChild()));
    json.set("measured_child", Json.mapper().valueToTree(result.measuredChild()));
    json.set("child", Json.mapper().valueToTree(child));
    return json;
  }
}
