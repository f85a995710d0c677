package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Named tensors: a file, a folder of files, or computed on demand. */
public interface TensorSource {

  /** The names, in an order that is the same each time. */
  Set<String> names();

  /**
   * One tensor.
   *
   * @throws InvalidInputException if there is none of that name, naming it and the source
   * @throws IOException if it cannot be read
   */
  Tensor tensor(String name) throws IOException;

  /**
   * Type and shape alone. Sources that make their tensors override it, so that planning a file does
   * not compute each tensor twice.
   *
   * @throws InvalidInputException if there is none of that name, naming it and the source
   * @throws IOException if it cannot be read
   */
  default TensorSpec spec(String name) throws IOException {
    return tensor(name).spec();
  }

  /** Tensors in memory, in the map's order. */
  static TensorSource of(Map<String, Tensor> tensors) {
    Map<String, Tensor> copy = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    return new TensorSource() {
      @Override
      public Set<String> names() {
        return copy.keySet();
      }

      @Override
      public Tensor tensor(String name) throws IOException {
        Tensor tensor = copy.get(name);
        if (tensor == null) {
          throw new InvalidInputException("no tensor '%s' in memory".formatted(name));
        }
        return tensor;
      }
    };
  }
}
