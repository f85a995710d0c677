package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.train.DistillBenchmark;
import io.github.puzzle4j.blocklib.train.Precision;
import io.github.puzzle4j.search.bench.Machine;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What {@code puzzle4j bench distill --json} prints; rates and times are medians.
 *
 * @param tokensPerSecond trained on
 * @param gflops floating-point operations of a step, in units of 10^9, per second
 * @param milliseconds of a step
 * @param forwardMilliseconds forward pass and loss
 * @param optimizerMilliseconds clipping and AdamW
 * @param productsMilliseconds the matrix products of a step alone, as fast as libtorch does them
 * @param productsShare of a step that the products alone would take: 1 is the limit
 * @param precision of the products
 * @param device that computed
 * @param repetitions steps that count
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record BenchDistillReport(
    double tokensPerSecond,
    double gflops,
    double milliseconds,
    double forwardMilliseconds,
    double optimizerMilliseconds,
    double productsMilliseconds,
    double productsShare,
    String precision,
    String device,
    int repetitions,
    Machine machine) {

  static BenchDistillReport of(
      DistillBenchmark.Settings settings,
      DistillBenchmark.Times times,
      Precision precision,
      String device) {
    double step = median(times.steps());
    return new BenchDistillReport(
        settings.tokens() / step,
        settings.flops() / step / 1e9,
        1e3 * step,
        1e3 * median(times.forward()),
        1e3 * median(times.optimizer()),
        1e3 * times.products(),
        times.products() / step,
        precision.name().toLowerCase(Locale.ROOT),
        device,
        times.steps().size(),
        Machine.here());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  String text() {
    return String.format(
        Locale.ROOT,
        """
        one block trained in %s on %s, medians of %d steps
        tokens per second      %10.0f
        GFLOP/s                %10.1f
        a step                 %10.1f ms
          forward and loss     %10.1f ms
          backward             %10.1f ms
          clipping and AdamW   %10.1f ms
        its products alone     %10.1f ms, %.0f %% of the step\
        """,
        precision,
        device,
        repetitions,
        tokensPerSecond,
        gflops,
        milliseconds,
        forwardMilliseconds,
        milliseconds - forwardMilliseconds - optimizerMilliseconds,
        optimizerMilliseconds,
        productsMilliseconds,
        100 * productsShare);
  }
}
