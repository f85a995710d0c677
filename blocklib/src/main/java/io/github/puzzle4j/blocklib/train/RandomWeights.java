package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * Weights for measuring times: ones for vectors, and matrices that keep the size of their inputs.
 */
final class RandomWeights {

  private RandomWeights() {}

  static SequencedMap<String, DeviceTensor> of(
      DeviceMemory memory, RandomGenerator random, Map<String, List<Long>> shapes) {
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> {
      weights.put(
          name,
          shape.size() == 1
              ? memory.ones(shape.getFirst())
              : memory.normal(random, (float) (1 / Math.sqrt(shape.get(1))), shape));
    });
    return weights;
  }
}
