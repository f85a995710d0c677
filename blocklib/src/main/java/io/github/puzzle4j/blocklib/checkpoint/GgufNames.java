package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import java.util.Map;
import java.util.Set;

/** What tensors of a model are called in GGUF files, for reading and writing. */
public final class GgufNames {

  /** The divisors of frequencies, which no checkpoint has as a tensor. */
  public static final String ROPE_DIVISORS = "rope_freqs.weight";

  static final String EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";

  private static final String LAYER = "model.layers.";

  private static final Map<String, String> COMMON =
      Map.of(
          TensorNames.EMBEDDING, EMBEDDING,
          TensorNames.FINAL_NORM, "output_norm.weight",
          TensorNames.LM_HEAD, HEAD);

  private static final Map<String, String> OF_LAYER =
      Map.ofEntries(
          Map.entry(SoftmaxAttention.NORM, "attn_norm.weight"),
          Map.entry(SoftmaxAttention.QUERY, "attn_q.weight"),
          Map.entry(SoftmaxAttention.KEY, "attn_k.weight"),
          Map.entry(SoftmaxAttention.VALUE, "attn_v.weight"),
          Map.entry(SoftmaxAttention.OUTPUT, "attn_output.weight"),
          Map.entry(SoftmaxAttention.QUERY_BIAS, "attn_q.bias"),
          Map.entry(SoftmaxAttention.KEY_BIAS, "attn_k.bias"),
          Map.entry(SoftmaxAttention.VALUE_BIAS, "attn_v.bias"),
          Map.entry(SoftmaxAttention.OUTPUT_BIAS, "attn_output.bias"),
          Map.entry(SoftmaxAttention.QUERY_NORM, "attn_q_norm.weight"),
          Map.entry(SoftmaxAttention.KEY_NORM, "attn_k_norm.weight"),
          Map.entry(LinearAttention.MATRIX, "attn_output.weight"),
          Map.entry(GatedFfn.NORM, "ffn_norm.weight"),
          Map.entry(GatedFfn.GATE, "ffn_gate.weight"),
          Map.entry(GatedFfn.UP, "ffn_up.weight"),
          Map.entry(GatedFfn.DOWN, "ffn_down.weight"));

  private static final Set<String> ROTATED =
      Set.of(
          SoftmaxAttention.QUERY,
          SoftmaxAttention.KEY,
          SoftmaxAttention.QUERY_BIAS,
          SoftmaxAttention.KEY_BIAS);

  private GgufNames() {}

  /** The stored name of a tensor; one that has none there keeps its own. */
  public static String of(String name) {
    if (!name.startsWith(LAYER)) {
      return COMMON.getOrDefault(name, name);
    }
    int dot = name.indexOf('.', LAYER.length());
    String layer = name.substring(LAYER.length(), dot);
    return "blk.%s.%s".formatted(layer, ofLayer(name.substring(dot + 1)));
  }

  /**
   * The stored name of a tensor of a layer.
   *
   * @param suffix its name within the layer
   */
  public static String ofLayer(int layer, String suffix) {
    return "blk.%d.%s".formatted(layer, ofLayer(suffix));
  }

  private static String ofLayer(String suffix) {
    return OF_LAYER.getOrDefault(suffix, suffix);
  }

  /** Whether the architectures {@code llama} and {@code deci} store its rows in pairs. */
  public static boolean isRotated(String name) {
    return ROTATED.stream().anyMatch(suffix -> name.equals(suffix) || name.endsWith("." + suffix));
  }
}
