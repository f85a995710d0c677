package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.demo.TeacherFactory;
import io.github.puzzle4j.search.demo.TeacherRecipe;
import io.github.puzzle4j.search.demo.TeacherReport;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the small teacher, or another one. */
@Command(
    name = "train-teacher",
    description = "Train a small teacher on the generated corpus; resumes if it was stopped.",
    showDefaultValues = true)
public final class TrainTeacherCommand extends AnsweringCommand {

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Its folder.")
  private Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Of corpus and initial weights.")
  private long seed;

  @Option(names = "--steps", defaultValue = "7500", description = "Optimizer steps.")
  private int steps;

  @Option(names = "--batch", defaultValue = "4", description = "Sequences per step.")
  private int batch;

  @Option(names = "--sequence", defaultValue = "256", description = "Tokens per sequence.")
  private int sequence;

  @Option(names = "--learning-rate", defaultValue = "0.002", description = "At its peak.")
  private double learningRate;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "Of matrix products: ${COMPLETION-CANDIDATES}.")
  private Precision precision;

  @Option(names = "--layers", defaultValue = "8", description = "Decoder layers.")
  private int layers;

  @Option(names = "--hidden", defaultValue = "128", description = "Width of the model.")
  private int hidden;

  @Option(names = "--intermediate", defaultValue = "384", description = "FFN channels.")
  private int intermediate;

  @Option(names = "--heads", defaultValue = "4", description = "Query heads.")
  private int heads;

  @Option(names = "--kv-heads", defaultValue = "4", description = "Key and value heads.")
  private int kvHeads;

  @Mixin private DeviceOption device = new DeviceOption();

  private void requireSizes() throws CliException {
    Require.positive("--steps", steps);
    Require.positive("--batch", batch);
    Require.positive("--sequence", sequence);
    Require.positive("--layers", layers);
    Require.positive("--hidden", hidden);
    Require.positive("--intermediate", intermediate);
    Require.positive("--heads", heads);
    Require.positive("--kv-heads", kvHeads);
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw new CliException.UserMistake(
          "--learning-rate %s: must be above 0 and at most 1".formatted(learningRate));
    }
    if (hidden % heads != 0 || hidden / heads % 2 != 0) {
      throw new CliException.UserMistake(
          "--heads %d: must divide --hidden %d into even widths".formatted(heads, hidden));
    }
    if (heads % kvHeads != 0) {
      throw new CliException.UserMistake(
          "--kv-heads %d: must divide --heads %d".formatted(kvHeads, heads));
    }
  }

  @Override
  protected String afterInterruption() {
    return "its state is in %s; the same command goes on from there".formatted(out);
  }

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    requireSizes();
    TeacherRecipe recipe =
        new TeacherRecipe(
            seed,
            steps,
            batch,
            sequence,
            learningRate,
            precision,
            layers,
            hidden,
            intermediate,
            heads,
            kvHeads);
    TeacherReport report = new TeacherFactory(progress, device.device()).make(recipe, out);
    StringBuilder text = new StringBuilder(out + ": " + report.parameters() + " parameters");
    report
        .heldOut()
        .tasks()
        .forEach((task, answers) ->
            text.append("%n%-12s %5.1f %%".formatted(task, 100 * answers.accuracy())));
    return Answer.success(report, text.toString());
  }
}
