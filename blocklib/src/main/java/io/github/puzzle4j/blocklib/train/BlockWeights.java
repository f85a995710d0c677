package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The weights of one layer in libtorch, in the order of {@link TensorNames}: norms first.
 *
 * @param attention empty where attention is left out
 * @param ffn empty where the FFN is left out
 */
public record BlockWeights(
    BlockVariant variant, List<DeviceTensor> attention, List<DeviceTensor> ffn) {

  public BlockWeights {
    attention = List.copyOf(attention);
    ffn = List.copyOf(ffn);
  }

  /**
   * Loads one layer of a checkpoint.
   *
   * @throws IOException if a tensor is missing or unreadable
   */
  public static BlockWeights load(
      DeviceMemory memory, ModelConfig config, TensorSource source, int layer, BlockVariant variant)
      throws IOException {
    List<String> attention =
        TensorNames.attention(config, variant.attention()).sequencedKeySet().stream()
            .map(suffix -> TensorNames.ofLayer(layer, suffix))
            .toList();
    List<String> ffn =
        TensorNames.ffn(config, variant.ffn()).sequencedKeySet().stream()
            .map(suffix -> TensorNames.ofLayer(layer, suffix))
            .toList();
    return new BlockWeights(variant, memory.load(source, attention), memory.load(source, ffn));
  }

  /** Copies one layer from tensors by their suffixes. */
  static BlockWeights of(
      DeviceMemory memory, ModelConfig config, BlockVariant variant, Map<String, Tensor> tensors) {
    return new BlockWeights(
        variant,
        load(memory, TensorNames.attention(config, variant.attention()).keySet(), tensors),
        load(memory, TensorNames.ffn(config, variant.ffn()).keySet(), tensors));
  }

  private static List<DeviceTensor> load(
      DeviceMemory memory, Set<String> suffixes, Map<String, Tensor> tensors) {
    List<DeviceTensor> arrays = new ArrayList<>();
    for (String suffix : suffixes) {
      arrays.add(memory.load(Objects.requireNonNull(tensors.get(suffix), suffix)));
    }
    return arrays;
  }

  /** All arrays: attention's, then the FFN's. */
  public List<DeviceTensor> all() {
    List<DeviceTensor> arrays = new ArrayList<>(attention);
    arrays.addAll(ffn);
    return arrays;
  }
}
