package io.github.puzzle4j.scoring.cost.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FoldsTest {

  private static KernelCall gemm(MatrixType type, long rows, long outputs, long inputs) {
    return new KernelCall.Gemm(type, rows, outputs, inputs);
  }

  @Test
  void allRowsOfAShapeAreHeldOutTogether() {
    AttentionShape heads = new AttentionShape(32, 8, 128);
    for (int size = 1; size < 5000; size *= 3) {
      assertThat(Folds.of(gemm(MatrixType.FP8, size, 4096, 1024), 5))
          .isEqualTo(Folds.of(gemm(MatrixType.BF16, 1, 4096, 1024), 5));
      assertThat(
              Folds.of(new KernelCall.DecodeAttention(heads, size, size, 0, NumberFormat.FP8), 5))
          .isEqualTo(
              Folds.of(new KernelCall.DecodeAttention(heads, 1, 1, 0, NumberFormat.BF16), 5));
    }
  }

  @Test
  void foldsAreStableAcrossReleases() {
    // Recorded with the first release, so that errors of later releases are comparable.
    assertThat(Folds.of(gemm(MatrixType.BF16, 1, 4096, 4096), 5)).isEqualTo(0);
    assertThat(Folds.of(gemm(MatrixType.BF16, 1, 14336, 4096), 5)).isEqualTo(4);
  }

  @Test
  void foldsHaveSimilarSizes() {
    int[] counts = new int[5];
    for (int outputs = 1; outputs <= 50; outputs++) {
      for (int inputs = 1; inputs <= 50; inputs++) {
        counts[Folds.of(gemm(MatrixType.BF16, 1, 128L * outputs, 128L * inputs), 5)]++;
      }
    }
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count > 400 && count < 600);
  }
}
