package io.github.puzzle4j.scoring.cost.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall.Gemm;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobustFitTest {

  private static final Datasheet GPU =
      new Datasheet(
          Map.of(NumberFormat.BF16, 1e15), 80L << 30, 3e12, 9e11, 50_000_000, 132, "made up");
  private static final FormulaFamily<Gemm> FAMILY =
      new FormulaFamily<>(
          List.of(
              new Coefficient("compute_efficiency", 0.5, 0.05, 1),
              new Coefficient("bandwidth_efficiency", 0.5, 0.05, 1),
              new Coefficient("launch_microseconds", 5, 0.1, 100)),
          (values, provenance) -> new Sum(values, provenance));

  /** The sum of launch, arithmetic and traffic, whose coefficients are well determined. */
  private record Sum(List<Double> values, Provenance provenance) implements KernelFormula<Gemm> {

    @Override
    public double seconds(Datasheet gpu, Gemm call) {
      double flops = 2.0 * call.rows() * call.outputs() * call.inputs();
      double bytes = 2.0 * call.outputs() * call.inputs();
      return values.get(2) * 1e-6
          + flops / (gpu.flopsPerSecond(NumberFormat.BF16) * values.get(0))
          + bytes / (gpu.memoryBytesPerSecond() * values.get(1));
    }
  }

  /** Rows with noise of 3 %, of which the given percentage took three times as long. */
  private static List<Measurement<Gemm>> rows(List<Double> truth, Random random, int outliers) {
    Sum formula = new Sum(truth, new Provenance.Assumed("made up", 1));
    List<Measurement<Gemm>> rows = new ArrayList<>();
    for (int row = 0; row < 2000; row++) {
      Gemm call =
          new Gemm(
              MatrixType.BF16,
              1L << random.nextInt(13),
              64L << random.nextInt(10),
              64L << random.nextInt(10));
      double log = Math.log(formula.seconds(GPU, call)) + 0.03 * random.nextGaussian();
      if (random.nextInt(100) < outliers) {
        log += Math.log(3);
      }
      rows.add(new Measurement<>(call, log));
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void knownCoefficientsAreFoundThroughNoiseAndOutliers(long seed) {
    Random random = new Random(seed);
    List<Double> truth =
        List.of(
            0.2 + 0.7 * random.nextDouble(),
            0.2 + 0.7 * random.nextDouble(),
            1 + 20 * random.nextDouble());
    List<Double> found = new RobustFit<>(GPU, FAMILY).coefficients(rows(truth, random, 6));
    for (int index = 0; index < truth.size(); index++) {
      assertThat(found.get(index)).isCloseTo(truth.get(index), withinPercentage(3.0));
    }
  }

  @Test
  void fitsAreDeterministic() {
    List<Measurement<Gemm>> rows = rows(List.of(0.6, 0.8, 4.0), new Random(7), 10);
    assertThat(new RobustFit<>(GPU, FAMILY).coefficients(rows))
        .isEqualTo(new RobustFit<>(GPU, FAMILY).coefficients(rows));
  }

  @Test
  void coefficientsStayWithinTheirBounds() {
    // The bandwidth exceeds the datasheet's; the fit must end at the upper bound.
    List<Double> found =
        new RobustFit<>(GPU, FAMILY).coefficients(rows(List.of(0.6, 3.0, 4.0), new Random(8), 0));
    assertThat(found.get(1)).isBetween(0.95, 1.0);
  }
}
