package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Arrays of libtorch as tensors, beside some that are tensors already: each is copied to the Java
 * heap when it is asked for, one at a time.
 *
 * @param type in which the arrays are stored
 */
record NativeSource(Map<String, Tensor> tensors, Map<String, NDArray> arrays, TensorType type)
    implements TensorSource {

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(tensors.keySet());
    names.addAll(arrays.keySet());
    return names;
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    NDArray array = arrays.get(name);
    return array == null ? inMemory(name) : NativeTensors.store(array, type);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    NDArray array = arrays.get(name);
    if (array == null) {
      return inMemory(name).spec();
    }
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return new TensorSpec(type, shape);
  }

  private Tensor inMemory(String name) throws InvalidInputException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InvalidInputException("no tensor '%s' in memory".formatted(name));
    }
    return tensor;
  }
}
