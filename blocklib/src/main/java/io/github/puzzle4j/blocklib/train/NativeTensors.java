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
    return manager.create(tensor.toFloats(), new Shape(shape));
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
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  static Tensor store(NDArray array, TensorType type) {
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return Tensor.ofFloats(type, shape, array.toFloatArray());
  }
}
