package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.Optional;

/** Names of number formats in tables. */
final class Dtypes {

  private Dtypes() {}

  static Optional<MatrixType> matrix(String dtype) {
    return switch (dtype) {
      case "float32" -> Optional.of(MatrixType.FP32);
      case "bfloat16", "float16" -> Optional.of(MatrixType.BF16);
      case "fp8" -> Optional.of(MatrixType.FP8);
      case "fp8_static" -> Optional.of(MatrixType.FP8_STATIC);
      case "fp8_block" -> Optional.of(MatrixType.FP8_BLOCK);
      case "nvfp4" -> Optional.of(MatrixType.NVFP4);
      default -> Optional.empty();
    };
  }

  static Optional<NumberFormat> number(String dtype) {
    return switch (dtype) {
      case "float32" -> Optional.of(NumberFormat.FP32);
      case "bfloat16", "float16" -> Optional.of(NumberFormat.BF16);
      case "fp8" -> Optional.of(NumberFormat.FP8);
      case "nvfp4" -> Optional.of(NumberFormat.NVFP4);
      default -> Optional.empty();
    };
  }
}
