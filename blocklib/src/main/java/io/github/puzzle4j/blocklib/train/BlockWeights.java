package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

  /** All arrays: attention's, then the FFN's. */
  public List<NDArray> all() {
    List<NDArray> arrays = new ArrayList<>(attention);
    arrays.addAll(ffn);
    return arrays;
  }
}
