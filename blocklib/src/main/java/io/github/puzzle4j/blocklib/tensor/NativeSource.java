package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tensors of a device to be written to a file, beside some that are of a file already: each is
 * copied to the Java heap when it is asked for, one at a time.
 *
 * @param tensors as they are
 * @param onDevice rounded to the type
 * @param type of those in the file
 */
public record NativeSource(
    Map<String, Tensor> tensors, Map<String, DeviceTensor> onDevice, TensorType type)
    implements TensorSource {

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(tensors.keySet());
    names.addAll(onDevice.keySet());
    return names;
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    DeviceTensor tensor = onDevice.get(name);
    return tensor == null ? inMemory(name) : tensor.toTensor(type);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    DeviceTensor tensor = onDevice.get(name);
    return tensor == null ? inMemory(name).spec() : new TensorSpec(type, tensor.shape());
  }

  private Tensor inMemory(String name) throws InvalidInputException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InvalidInputException("no tensor '%s' in memory".formatted(name));
    }
    return tensor;
  }
}
