package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.cost.CostBenchmark;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Measures how long the prices of a large teacher's variants take. */
@Command(
    name = "cost",
    description = {
      "Measure how long it takes to price every layer and variant of a teacher of the shape of"
          + " Llama 3.1 70B at ten batch sizes."
    },
    showDefaultValues = true)
public final class BenchCostCommand extends AnsweringCommand {

  private static final Scenario PLAIN = Scenario.of(1024, 1024, 1);

  private static final Scenario SHARED =
      PLAIN.withTensorParallel(8).withFormat(new ServingFormat(MatrixType.FP8, NumberFormat.FP8));

  @Option(
      names = "--target",
      paramLabel = "GPU",
      defaultValue = "h100-sxm",
      description = "A name that 'puzzle4j targets' lists, or a profile's .json file.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String targetName;

  @Option(names = "--backend", defaultValue = "vllm", description = "Serving engine.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String backend;

  @Option(
      names = "--repetitions",
      defaultValue = "21",
      description = "The median counts; each begins with a cost model that knows nothing yet.")
  private int repetitions;

  /**
   * What {@code --json} prints.
   *
   * @param prices layers times variants times batches
   * @param seconds the median, on one GPU in bf16
   * @param firstSeconds the first run of all, from the target's file to the last price, in a JVM
   *     that has started but loaded and compiled nothing of it yet
   * @param tp8Fp8Seconds the median, on 8 GPUs with weights and KV cache in fp8
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  private record Report(
      Machine machine,
      int repetitions,
      String target,
      String backend,
      int layers,
      int variants,
      int batches,
      int prices,
      double seconds,
      double firstSeconds,
      double tp8Fp8Seconds) {}

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    long start = System.nanoTime();
    GpuTarget target = GpuTargets.load(targetName);
    requirePrices(target, PLAIN);
    requirePrices(target, SHARED);
    try (ProgressTask task = progress.start("bench cost", 1 + 2L * repetitions)) {
      CostBenchmark.seconds(target, backend, PLAIN);
      double first = (System.nanoTime() - start) * 1e-9;
      task.step(1);
      double seconds = median(target, PLAIN, task);
      double shared = median(target, SHARED, task);
      Report report =
          new Report(
              Machine.here(),
              repetitions,
              target.name(),
              backend,
              CostBenchmark.TEACHER.layers(),
              CostBenchmark.SPACE.blocks().size(),
              CostBenchmark.BATCHES.size(),
              CostBenchmark.PRICES,
              seconds,
              first,
              shared);
      return Answer.success(report, text(report));
    }
  }

  private void requirePrices(GpuTarget target, Scenario scenario) throws CliException, IOException {
    Optional<String> objection =
        CostModel.of(CostBenchmark.TEACHER, target, backend)
            .objection(Architecture.teacher(CostBenchmark.TEACHER), scenario);
    if (objection.isPresent()) {
      throw new CliException.UserMistake(
          "--target %s --backend %s: %s".formatted(targetName, backend, objection.get()));
    }
  }

  private double median(GpuTarget target, Scenario scenario, ProgressTask task) throws IOException {
    double[] seconds = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      seconds[i] = CostBenchmark.seconds(target, backend, scenario);
      task.step(1);
    }
    double[] sorted = DoubleStream.of(seconds).sorted().toArray();
    return (sorted[(repetitions - 1) / 2] + sorted[repetitions / 2]) / 2;
  }

  private static String text(Report report) {
    return String.format(
        Locale.ROOT,
        """
        %,d prices: %d layers, %d variants, %d batch sizes; %s, %s
        one GPU, bf16    %.4f s (the first run of all %.3f s)
        8 GPUs, fp8      %.4f s
        %d processors, %s, %s; median of %d\
        """,
        report.prices(),
        report.layers(),
        report.variants(),
        report.batches(),
        report.target(),
        report.backend(),
        report.seconds(),
        report.firstSeconds(),
        report.tp8Fp8Seconds(),
        report.machine().processors(),
        report.machine().system(),
        report.machine().java(),
        report.repetitions());
  }
}
