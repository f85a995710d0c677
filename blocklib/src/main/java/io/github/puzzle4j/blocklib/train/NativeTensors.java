package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Moves tensors between files and libtorch. In libtorch they are float32. */
final class NativeTensors {

  private NativeTensors() {}

  static NDArray load(NDManager manager, Tensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    try (NDArray buffer = manager.create(tensor.toFloats(), new Shape(shape))) {
      return owned(buffer);
    }
  }

  static List<NDArray> load(NDManager manager, TensorSource source, Iterable<String> names)
      throws IOException {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      arrays.add(load(manager, source.tensor(name)));
    }
    return List.copyOf(arrays);
  }

  /** Another handle on the same memory, so that results computed from it belong to the scope. */
  static NDArray alias(NDManager scope, NDArray array) {
    NDArray alias = array.reshape(array.getShape());
    alias.attach(scope);
    return alias;
  }

  static NDArray copy(NDManager scope, NDArray array) {
    NDArray copy = owned(array);
    copy.attach(scope);
    return copy;
  }

  /**
   * A copy in memory of libtorch's own: freed when it is closed, not when a collector comes by, and
   * aligned, on which the rounding of matrix products can depend. Multiplying by one keeps all
   * bits.
   */
  private static NDArray owned(NDArray array) {
    return array.mul(1f);
  }

  static Tensor store(NDArray array, TensorType type) {
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return Tensor.ofFloats(type, shape, array.toFloatArray());
  }
}
