package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.score.ScoringComparison;
import io.github.puzzle4j.search.bench.score.ScoringSpeed;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures how replacements are scored. */
@Command(
    name = "score",
    description = {
      "Score untrained variants of a teacher in a race of subblocks, and each on the whole text;"
          + " and time scoring on random weights against its matrix products."
    },
    showDefaultValues = true)
public final class BenchScoreCommand extends AnsweringCommand {

  private static final String TEXT =
      """
      effort of each on the whole text  {effort_naive:%12d} tokens through a layer, {seconds_naive:%.1f} s
      effort of a race of subblocks     {effort:%12d} tokens through a layer, {seconds:%.1f} s
      the same choice                   {same_choice}, worse by {lost*100:%.1f} %
      scoring on random weights         {scoring_seconds:%12.2f} s
        its products alone              {products_seconds:%12.2f} s, {products_share*100:%.0f} %\
      """;

  /** Shapes of random weights. */
  enum ShapeChoice {
    SMOLLM2_135M,
    SMALL;

    private ScoringSpeed.Shape shape() {
      return switch (this) {
        case SMOLLM2_135M -> ScoringSpeed.Shape.SMOLLM2_135M;
        case SMALL -> new ScoringSpeed.Shape(64, 192, 4, 2, 1000, 4, 4, 32);
      };
    }
  }

  @Option(names = "--teacher", paramLabel = "DIR", defaultValue = "examples/tiny-teacher")
  private Path teacher;

  @Option(names = "--sequences", defaultValue = "48", description = "Of 128 tokens.")
  private int sequences;

  @Option(
      names = "--throughput",
      defaultValue = "1.6x",
      description = "Of the target, an H100, as in a plan.")
  private String throughput;

  @Option(names = "--shape", defaultValue = "smollm2-135m", description = "Of random weights.")
  private String shape;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--sequences", sequences);
    ComputeDevice computes = device.device();
    ScoringSpeed.Times times;
    try (ProgressTask task = progress.start("bench score", 1)) {
      times = new ScoringSpeed(shape()).run(computes);
      task.step(1);
    }
    ScoringComparison.Result result =
        new ScoringComparison(teacher, sequences, throughput).run(computes, progress);
    ObjectNode json =
        Json.mapper()
            .createObjectNode()
            .put("effort_naive", result.naive().report().effort().layerTokens())
            .put("effort", result.raced().report().effort().layerTokens())
            .put("effort_head_naive", result.naive().report().effort().headTokens())
            .put("effort_head", result.raced().report().effort().headTokens())
            .put("seconds_naive", result.naive().seconds())
            .put("seconds", result.raced().seconds())
            .put("same_choice", result.sameChoice())
            .put("lost", result.lost())
            .put("shape", shape)
            .put("scoring_seconds", times.scoring())
            .put("products_seconds", times.products())
            .put("head_products_seconds", times.headProducts())
            .put("products_share", times.share())
            .set("machine", Machine.here().json());
    return Answer.success(json, Template.fill(json, TEXT));
  }

  private ScoringSpeed.Shape shape() throws CliException {
    for (ShapeChoice choice : ShapeChoice.values()) {
      if (name(choice).equals(shape)) {
        return choice.shape();
      }
    }
    throw new CliException.UserMistake(
        "--shape %s: must be smollm2-135m or small".formatted(shape));
  }

  private static String name(ShapeChoice choice) {
    return choice.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
