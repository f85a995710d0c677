package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something whose gradient is wanted, with the sum of what has arrived so far. */
final class Variable {

  private final Operations operations;
  private final TensorType type;
  private final List<Long> shape;
  private @Nullable NativeTensor sum;

  /** Whether nobody else has the numbers of the sum, so that they may be changed. */
  private boolean isOwn;

  Variable(Operations operations, TensorType type, List<Long> shape) {
    this.operations = operations;
    this.type = type;
    this.shape = shape;
  }

  /** What has arrived, unless nothing has. */
  Optional<NativeTensor> sum() {
    return Optional.ofNullable(sum);
  }

  /**
   * What has arrived, to be changed in place; empty if nothing has, or if it must not be changed.
   */
  Optional<NativeTensor> ownSum() {
    return isOwn ? sum() : Optional.empty();
  }

  /** What has arrived, to be changed in place; zeros if nothing has. */
  NativeTensor ownSumOrZeros() {
    if (sum == null) {
      sum = operations.zeros(type, shape);
    } else if (!isOwn) {
      replace(operations.copy(sum));
    }
    isOwn = true;
    return sum;
  }

  /**
   * Adds a gradient.
   *
   * @param gradient a handle that this closes; of any floating-point type
   * @param own whether nobody else has its numbers
   */
  void add(NativeTensor gradient, boolean own) {
    if (sum == null) {
      take(gradient, own);
    } else if (isOwn) {
      operations.add(sum, gradient, 1);
      gradient.close();
    } else if (own && gradient.type() == type) {
      operations.add(gradient, sum, 1);
      replace(gradient);
      isOwn = true;
    } else {
      replace(operations.apply(Binary.ADD, sum, gradient));
      isOwn = true;
      gradient.close();
    }
  }

  private void take(NativeTensor gradient, boolean own) {
    if (gradient.type() == type) {
      sum = gradient;
      isOwn = own;
    } else {
      sum = operations.cast(gradient, type);
      isOwn = true;
      gradient.close();
    }
  }

  private void replace(NativeTensor by) {
    clear();
    sum = by;
  }

  /** Frees what has arrived. */
  void clear() {
    if (sum != null) {
      sum.close();
      sum = null;
    }
  }
}
