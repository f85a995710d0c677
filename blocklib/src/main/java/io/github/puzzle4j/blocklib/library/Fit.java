package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import java.util.Optional;

/** What is done to the last matrices of subblocks besides training them. */
public enum Fit {
  NONE,
  /**
   * They are fitted to the teacher's outputs on the calibration text, before and after a training,
   * where that lowers the held-out loss.
   */
  LEAST_SQUARES;

  /** The matrix of a subblock that is fitted, if any is. */
  Optional<String> matrix(Subblock subblock) {
    return switch (this) {
      case NONE -> Optional.empty();
      case LEAST_SQUARES -> SubblockTensors.of(subblock).lastMatrix();
    };
  }

  /**
   * Whether a training begins with a fit. Heads that were merged are trained with the teacher's
   * output projection first: from a fitted one their trainings end with half as much loss again.
   */
  static boolean isFirst(Subblock subblock) {
    return switch (subblock) {
      case LinearAttention _, Ffn _ -> true;
      case SoftmaxAttention _, NoAttention _ -> false;
    };
  }

  /** Whether a matrix of this subblock is fitted. */
  public boolean appliesTo(Subblock subblock) {
    return matrix(subblock).isPresent();
  }

  /** Fits that a training of this subblock for the library makes, before and after its steps. */
  public int times(Subblock subblock) {
    if (!appliesTo(subblock)) {
      return 0;
    }
    return isFirst(subblock) ? 2 : 1;
  }
}
