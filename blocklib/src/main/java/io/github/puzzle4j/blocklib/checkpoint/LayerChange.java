package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * In which a layer differs from what the keys for all layers say.
 *
 * @param keys keys of the config with the values that hold for this layer
 * @param attention whether there is attention of the family
 * @param ffn likewise
 */
record LayerChange(Map<String, JsonNode> keys, Kind attention, Kind ffn) {

  /** What stands in the place of a subblock. */
  enum Kind {
    FULL,
    LINEAR,
    NO_OP
  }

  /** Keys of {@code per_layer_config} that change nothing but the layer. */
  private static final Set<String> OF_LAYERS =
      Set.of(
          "num_key_value_heads",
          "intermediate_size",
          "moe_intermediate_size",
          "num_experts",
          "num_local_experts",
          "num_experts_per_tok",
          "sliding_window");

  static final String SKIP = "skip";
  static final String LINEAR = "replace_with_linear";

  private static final Set<String> ATTENTION = Set.of("attention", "self_attn");
  private static final Set<String> FFN = Set.of("mlp", "ffn");

  LayerChange {
    keys = Map.copyOf(keys);
  }

  /**
   * An entry of {@code per_layer_config}: keys of the config, and lists of parts to replace.
   *
   * @param heads the attention of all layers, for its query heads and their width
   */
  static LayerChange ofOverrides(ConfigJson overrides, AttentionShape heads)
      throws InvalidInputException {
    Map<String, JsonNode> keys = new TreeMap<>();
    Set<String> skipped = parts(overrides, SKIP);
    Set<String> linear = parts(overrides, LINEAR);
    for (Map.Entry<String, JsonNode> entry : overrides.node().properties()) {
      if (entry.getKey().equals(SKIP)
          || entry.getKey().equals(LINEAR)
          || isThatOfAll(entry, heads)) {
        continue;
      }
      if (OF_LAYERS.contains(entry.getKey())) {
        keys.put(entry.getKey(), entry.getValue());
      } else {
        throw overrides.invalid(
            "'%s' is not supported for single layers; skip, replace_with_linear and %s are"
                .formatted(entry.getKey(), OF_LAYERS.stream().sorted().toList()));
      }
    }
    return new LayerChange(keys, kind(ATTENTION, skipped, linear), kind(FFN, skipped, linear));
  }

  /** Puzzletron states head widths of layers without a window; they must be those of all. */
  private static boolean isThatOfAll(Map.Entry<String, JsonNode> entry, AttentionShape heads) {
    int ofAll =
        switch (entry.getKey()) {
          case "num_attention_heads" -> heads.heads();
          case "head_dim", "global_head_dim" -> heads.headDim();
          default -> 0;
        };
    return ofAll > 0 && entry.getValue().toString().equals(Integer.toString(ofAll));
  }

  private static Kind kind(Set<String> names, Set<String> skipped, Set<String> linear) {
    if (!Collections.disjoint(names, skipped)) {
      return Kind.NO_OP;
    }
    return Collections.disjoint(names, linear) ? Kind.FULL : Kind.LINEAR;
  }

  private static Set<String> parts(ConfigJson overrides, String key) throws InvalidInputException {
    Set<String> parts = new TreeSet<>(overrides.texts(key));
    for (String part : parts) {
      if (!ATTENTION.contains(part) && !FFN.contains(part)) {
        throw overrides.invalid(
            "%s holds '%s'; \"attention\" and \"mlp\" are supported".formatted(key, part));
      }
    }
    return parts;
  }

  /** The config as it holds for this layer. */
  ConfigJson config(ConfigJson config, String where) {
    ObjectNode own = Json.mapper().createObjectNode();
    own.setAll((ObjectNode) config.node());
    keys.forEach(own::set);
    return new ConfigJson(where, own);
  }

  /** The layer, given what the family makes of {@link #config}. */
  Layer of(Layer full) {
    Attention ownAttention =
        switch (attention) {
          case FULL -> full.attention();
          case LINEAR -> new LinearAttention();
          case NO_OP -> new NoAttention();
        };
    Ffn ownFfn =
        switch (ffn) {
          case FULL -> full.ffn();
          case LINEAR -> new LinearFfn();
          case NO_OP -> new NoFfn();
        };
    return new Layer(ownAttention, ownFfn);
  }
}
