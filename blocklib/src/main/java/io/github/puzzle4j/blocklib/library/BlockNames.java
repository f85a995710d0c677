package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Names of the weights of several layers that are trained jointly: the position, then the suffix.
 */
final class BlockNames {

  private BlockNames() {}

  static String name(int position, String suffix) {
    return position + "/" + suffix;
  }

  /** The weights of layers, first to last, by their names. */
  static SequencedMap<String, DeviceTensor> prefixed(List<BlockWeights> layers) {
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    for (int position = 0; position < layers.size(); position++) {
      int index = position;
      layers
          .get(position)
          .all()
          .forEach((suffix, tensor) -> weights.put(name(index, suffix), tensor));
    }
    return weights;
  }

  /** The weights of one of the layers. */
  static BlockWeights at(
      Map<String, DeviceTensor> weights, int position, Layer layer, int hiddenSize) {
    Map<String, DeviceTensor> named = new LinkedHashMap<>();
    for (String suffix : layer.tensors(hiddenSize).keySet()) {
      DeviceTensor tensor = weights.get(name(position, suffix));
      if (tensor != null) {
        named.put(suffix, tensor);
      }
    }
    return BlockWeights.of(hiddenSize, layer, named);
  }
}
