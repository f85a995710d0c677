package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
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
public record BlockWeights(BlockVariant variant, List<NDArray> attention, List<NDArray> ffn) {

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
      NDManager manager, ModelConfig config, TensorSource source, int layer, BlockVariant variant)
      throws IOException {
    List<String> attention =
        TensorNames.attention(config, variant.attention()).sequencedKeySet().stream()
            .map(suffix -> TensorNames.ofLayer(layer, suffix))
            .toList();
    List<String> ffn =
        TensorNames.ffn(config, variant.ffn()).sequencedKeySet().stream()
            .map(suffix -> TensorNames.ofLayer(layer, suffix))
            .toList();
    return new BlockWeights(
        variant,
        NativeTensors.load(manager, source, attention),
        NativeTensors.load(manager, source, ffn));
  }

  /** Copies one layer from tensors by their suffixes. */
  static BlockWeights of(
      NDManager manager, ModelConfig config, BlockVariant variant, Map<String, Tensor> tensors) {
    return new BlockWeights(
        variant,
        load(manager, TensorNames.attention(config, variant.attention()).keySet(), tensors),
        load(manager, TensorNames.ffn(config, variant.ffn()).keySet(), tensors));
  }

  private static List<NDArray> load(
      NDManager manager, Set<String> suffixes, Map<String, Tensor> tensors) {
    List<NDArray> arrays = new ArrayList<>();
    for (String suffix : suffixes) {
      arrays.add(NativeTensors.load(manager, Objects.requireNonNull(tensors.get(suffix), suffix)));
    }
    return arrays;
  }

  /** All arrays: attention's, then the FFN's. */
  public List<NDArray> all() {
    List<NDArray> arrays = new ArrayList<>(attention);
    arrays.addAll(ffn);
    return arrays;
  }
}
