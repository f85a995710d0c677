package io.github.puzzle4j.scoring.cost.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredKernelsTest {

  private static final AttentionShape HEADS = new AttentionShape(32, 8, 128);

  @TempDir private Path folder;

  private static MeasuredCall measured(KernelCall call, double seconds) {
    return new MeasuredCall(call, seconds, "op", "bfloat16", "", "table.csv", 1);
  }

  private static MeasuredKernels kernels(MeasuredCall... calls) {
    return MeasuredKernels.of(new KernelTable(List.of(calls), Map.of()));
  }

  private static KernelCall.Gemm gemm(long rows) {
    return new KernelCall.Gemm(MatrixType.BF16, rows, 4096, 2048);
  }

  private static KernelCall decode(long batch, double context) {
    return new KernelCall.DecodeAttention(
        HEADS, batch, context, KernelCall.FULL, NumberFormat.BF16);
  }

  @Test
  void measuredShapesHaveTheirMeasuredTimeAndFile() throws IOException {
    Path file = TableFixture.csv(folder, "table.csv", TableFixture.GEMM);
    MeasuredKernels kernels = MeasuredKernels.read(List.of(file));
    assertThat(kernels.of(new KernelCall.Gemm(MatrixType.BF16, 16, 4096, 4096)))
        .map(Estimate::seconds)
        .contains(0.013 / 1e3);
    assertThat(kernels.provenance())
        .isInstanceOfSatisfying(
            Provenance.Measured.class, it -> assertThat(it.source()).isEqualTo(file.toString()));
  }

  @Test
  void rowCountsAreInterpolatedLogLog() {
    MeasuredKernels kernels = kernels(measured(gemm(16), 1e-5), measured(gemm(64), 4e-5));
    assertThat(kernels.of(gemm(32)).orElseThrow().seconds()).isEqualTo(2e-5, within(1e-16));
  }

  @Test
  void otherShapesAndExtrapolatedSizesAreUnknown() {
    MeasuredKernels kernels = kernels(measured(gemm(16), 1e-5), measured(gemm(64), 4e-5));
    assertThat(kernels.of(gemm(15))).isEmpty();
    assertThat(kernels.of(gemm(65))).isEmpty();
    assertThat(kernels.of(new KernelCall.Gemm(MatrixType.BF16, 32, 4096, 2049))).isEmpty();
    assertThat(kernels.of(new KernelCall.Gemm(MatrixType.FP8, 32, 4096, 2048))).isEmpty();
    assertThat(kernels.of(decode(1, 16))).isEmpty();
  }

  @Test
  void batchesWithoutTheContextAreIgnored() {
    MeasuredKernels kernels =
        kernels(
            measured(decode(1, 100), 1e-5),
            measured(decode(1, 10_000), 2e-5),
            measured(decode(4, 100), 3e-5),
            measured(decode(16, 100), 4e-5),
            measured(decode(16, 10_000), 8e-5));
    // Batch 4 has one context only: interpolated between 1 and 16, half-way in both logarithms.
    assertThat(kernels.of(decode(4, 1000)).orElseThrow().seconds())
        .isEqualTo(Math.sqrt(Math.sqrt(1e-5 * 2e-5) * Math.sqrt(4e-5 * 8e-5)), within(1e-12));
    assertThat(kernels.of(decode(4, 100)).orElseThrow().seconds()).isEqualTo(3e-5);
    assertThat(kernels.of(decode(32, 1000))).isEmpty();
    assertThat(kernels.of(decode(4, 20_000))).isEmpty();
  }

  @Test
  void theMedianOfSeveralTimesIsUsed() {
    MeasuredKernels kernels =
        kernels(measured(gemm(16), 1e-5), measured(gemm(16), 9e-5), measured(gemm(16), 2e-5));
    assertThat(kernels.of(gemm(16)).orElseThrow().seconds()).isEqualTo(2e-5);
  }

  @Test
  void measurementsTakePrecedenceOverPredictions() {
    KernelTimes predicted = call -> Optional.of(new Estimate(1, 1));
    KernelTimes both = kernels(measured(gemm(16), 1e-5)).or(predicted);
    assertThat(both.of(gemm(16)).orElseThrow().seconds()).isEqualTo(1e-5);
    assertThat(both.of(gemm(17)).orElseThrow().seconds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void interpolatedTimesLieBetweenTheirNeighbours(long seed) {
    Random random = new Random(seed);
    List<MeasuredCall> calls = new ArrayList<>();
    for (int count = 0; count < 60; count++) {
      KernelCall call = decode(1L << random.nextInt(8), 1 << random.nextInt(14));
      calls.add(measured(call, 1e-6 * Math.exp(6 * random.nextDouble())));
    }
    double least = calls.stream().mapToDouble(MeasuredCall::seconds).min().orElseThrow();
    double most = calls.stream().mapToDouble(MeasuredCall::seconds).max().orElseThrow();
    MeasuredKernels kernels = kernels(calls.toArray(MeasuredCall[]::new));
    int known = 0;
    for (int count = 0; count < 500; count++) {
      Optional<Estimate> time =
          kernels.of(decode(1 + random.nextInt(150), 1 + random.nextInt(10_000)));
      if (time.isPresent()) {
        known++;
        assertThat(time.get().seconds()).isBetween(least, most);
      }
    }
    assertThat(known).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void interpolationOnOneLineUsesTheNearestNeighbours(long seed) {
    Random random = new Random(seed);
    List<MeasuredCall> calls = new ArrayList<>();
    for (int power = 0; power < 12; power++) {
      calls.add(measured(gemm(1L << power), 1e-6 * Math.exp(6 * random.nextDouble())));
    }
    MeasuredKernels kernels = kernels(calls.toArray(MeasuredCall[]::new));
    for (int count = 0; count < 200; count++) {
      int rows = 1 + random.nextInt((1 << 11) - 1);
      int below = 31 - Integer.numberOfLeadingZeros(rows);
      double first = calls.get(below).seconds();
      double second = calls.get(below + 1).seconds();
      assertThat(kernels.of(gemm(rows)).orElseThrow().seconds())
          .isBetween(Math.min(first, second), Math.max(first, second));
    }
  }
}
