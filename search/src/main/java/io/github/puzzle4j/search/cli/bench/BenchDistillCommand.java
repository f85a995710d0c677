package io.github.puzzle4j.search.cli.bench;

import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.train.ComputeDevice;
import io.github.puzzle4j.blocklib.train.DistillBenchmark;
import io.github.puzzle4j.blocklib.train.Precision;
import io.github.puzzle4j.blocklib.train.ProductSpeed;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast a block is trained. */
@Command(
    name = "distill",
    description = {
      "Measure how fast one block is trained, optimizer included, on random numbers; and what part"
          + " of that its matrix products alone would take."
    },
    showDefaultValues = true)
public final class BenchDistillCommand extends AnsweringCommand {

  /** A precision, or the faster one. */
  enum PrecisionChoice {
    AUTO,
    FLOAT32,
    BFLOAT16;

    private Precision on(ComputeDevice device) {
      return switch (this) {
        case AUTO -> ProductSpeed.fastest(device);
        case FLOAT32 -> Precision.FLOAT32;
        case BFLOAT16 -> Precision.BFLOAT16;
      };
    }
  }

  @Option(names = "--hidden", defaultValue = "512")
  private int hidden;

  @Option(names = "--intermediate", defaultValue = "1376")
  private int intermediate;

  @Option(names = "--heads", defaultValue = "8")
  private int heads;

  @Option(names = "--kv-heads", defaultValue = "4")
  private int kvHeads;

  @Option(names = "--seq", defaultValue = "256", description = "Tokens of a sequence.")
  private int sequence;

  @Option(names = "--batch", defaultValue = "8", description = "Sequences of a step.")
  private int batch;

  @Option(names = "--repetitions", defaultValue = "30", description = "Steps; medians count.")
  private int repetitions;

  @Option(
      names = "--precision",
      defaultValue = "auto",
      description = {
        "Of matrix products: float32, bfloat16, or auto for what this machine is faster at."
      })
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private PrecisionChoice precision;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    DistillBenchmark.Settings settings = settings();
    ComputeDevice computes = device.device();
    Precision chosen = precision.on(computes);
    try (NDManager manager = computes.memory();
        ProgressTask task = progress.start("bench distill", repetitions)) {
      DistillBenchmark.Times times =
          new DistillBenchmark(settings).run(manager, chosen, repetitions, () -> task.step(1));
      BenchDistillReport report =
          BenchDistillReport.of(settings, times, chosen, computes.toString());
      return Answer.success(report, report.text());
    }
  }

  private DistillBenchmark.Settings settings() throws CliException {
    Require.positive("--hidden", hidden);
    Require.positive("--intermediate", intermediate);
    Require.positive("--heads", heads);
    Require.positive("--kv-heads", kvHeads);
    Require.positive("--seq", sequence);
    Require.positive("--batch", batch);
    Require.positive("--repetitions", repetitions);
    if (hidden % heads != 0 || hidden / heads % 2 != 0 || heads % kvHeads != 0) {
      throw new CliException.UserMistake(
          ("--hidden %d, --heads %d, --kv-heads %d: KV heads must divide heads, and heads divide"
                  + " the hidden size into even widths")
              .formatted(hidden, heads, kvHeads));
    }
    return new DistillBenchmark.Settings(hidden, intermediate, heads, kvHeads, sequence, batch);
  }
}
