package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The weights of one layer on a device, by the names of {@link Subblock#tensors}.
 *
 * @param attention empty where attention is left out
 * @param ffn empty where the FFN is left out
 */
public record BlockWeights(
    Layer layer,
    SequencedMap<String, DeviceTensor> attention,
    SequencedMap<String, DeviceTensor> ffn) {

  public BlockWeights {
    attention = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attention));
    ffn = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(ffn));
  }

  /** Weights of a layer whose names are those of both subblocks. */
  public static BlockWeights of(int hiddenSize, Layer layer, Map<String, DeviceTensor> weights) {
    return new BlockWeights(
        layer,
        named(layer.attention(), hiddenSize, weights),
        named(layer.ffn(), hiddenSize, weights));
  }

  private static SequencedMap<String, DeviceTensor> named(
      Subblock subblock, int hiddenSize, Map<String, DeviceTensor> weights) {
    SequencedMap<String, DeviceTensor> named = new LinkedHashMap<>();
    for (String name : subblock.tensors(hiddenSize).keySet()) {
      named.put(name, Objects.requireNonNull(weights.get(name), name));
    }
    return named;
  }

  /**
   * Loads one layer of a checkpoint.
   *
   * @throws IOException if a tensor is missing or unreadable
   */
  public static BlockWeights load(DeviceMemory memory, Model model, TensorSource source, int index)
      throws IOException {
    Layer layer = model.layers().get(index);
    Map<String, DeviceTensor> weights = new LinkedHashMap<>();
    for (String suffix : layer.tensors(model.hiddenSize()).keySet()) {
      weights.put(suffix, memory.load(source.tensor(TensorNames.ofLayer(index, suffix))));
    }
    return of(model.hiddenSize(), layer, weights);
  }

  /** Copies one layer from tensors by their suffixes. */
  public static BlockWeights load(
      DeviceMemory memory, int hiddenSize, Layer layer, Map<String, Tensor> tensors) {
    Map<String, DeviceTensor> weights = new LinkedHashMap<>();
    for (String suffix : layer.tensors(hiddenSize).keySet()) {
      weights.put(suffix, memory.load(Objects.requireNonNull(tensors.get(suffix), suffix)));
    }
    return of(hiddenSize, layer, weights);
  }

  /** All weights: the attention's, then the FFN's. */
  public SequencedMap<String, DeviceTensor> all() {
    SequencedMap<String, DeviceTensor> all = new LinkedHashMap<>(attention);
    all.putAll(ffn);
    return Collections.unmodifiableSequencedMap(all);
  }
}
