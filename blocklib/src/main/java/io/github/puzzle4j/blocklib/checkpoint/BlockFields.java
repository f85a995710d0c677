package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.checkpoint.LayerChange.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/**
 * Reads an entry of {@code block_configs}: as published children have it ({@code n_heads_in_group},
 * {@code ffn_mult}), and in both layouts of Puzzletron's AnyModel, where sizes are stated ({@code
 * num_key_value_heads} and {@code intermediate_size}, or a list of {@code subblock_configs}).
 *
 * @param heads the attention of all layers, for its query heads and their width
 * @param hidden width of the residual stream
 */
record BlockFields(AttentionShape heads, int hidden) {

  /** Every loader rounds widths from {@code ffn_mult} up to a multiple of this. */
  static final int WIDTH_STEP = 256;

  private static final Set<String> OF_ATTENTION =
      Set.of(
          "kind",
          "name",
          "no_op",
          "replace_with_linear",
          "weights_precision",
          "n_heads_in_group",
          "num_key_value_heads",
          "num_kv_heads",
          "num_query_heads",
          "qk_head_dim",
          "v_head_dim",
          // Read by BlockWindows.
          BlockWindows.KEY);
  private static final Set<String> OF_FFN =
      Set.of(
          "kind",
          "name",
          "no_op",
          "replace_with_linear",
          "weights_precision",
          "ffn_mult",
          "intermediate_size",
          "moe",
          "hidden_act",
          "gated");
  private static final Set<String> OF_EXPERTS =
      Set.of("num_local_experts", "num_experts_per_tok", "expert_intermediate_dim");

  LayerChange read(ConfigJson block) throws InvalidInputException {
    requireKnown(block, Set.of("attention", "ffn", "subblock_configs"));
    ConfigJson attention = part(block, "attention");
    ConfigJson ffn = part(block, "ffn");
    requireKnown(attention, OF_ATTENTION);
    requireKnown(ffn, OF_FFN);
    Map<String, JsonNode> keys = new TreeMap<>();
    Kind attentionKind = kind(attention);
    if (attentionKind == Kind.FULL) {
      keys.put("num_key_value_heads", IntNode.valueOf(kvHeads(attention)));
    }
    Kind ffnKind = kind(ffn);
    if (ffnKind == Kind.FULL) {
      Optional<ConfigJson> experts = ffn.object("moe");
      if (experts.isPresent()) {
        keys.putAll(experts(experts.get()));
      } else {
        keys.put("intermediate_size", IntNode.valueOf(channels(ffn)));
      }
    }
    return new LayerChange(keys, attentionKind, ffnKind);
  }

  /** A part by its name, or the entry of {@code subblock_configs} of that kind. */
  static ConfigJson part(ConfigJson block, String kind) throws InvalidInputException {
    if (block.get("subblock_configs").isEmpty()) {
      Optional<ConfigJson> part = block.object(kind);
      return part.orElseThrow(() -> block.invalid("needs '%s'".formatted(kind)));
    }
    ConfigJson found = null;
    JsonNode list = block.list("subblock_configs");
    for (int i = 0; i < list.size(); i++) {
      ConfigJson part =
          ConfigJson.of("%s, subblock_configs[%d]".formatted(block.where(), i), list.get(i));
      String own = part.text("kind").orElseThrow(() -> part.invalid("needs 'kind'"));
      if (!own.equals("attention") && !own.equals("ffn")) {
        throw part.invalid("kind '%s' is not supported; attention and ffn are".formatted(own));
      }
      if (own.equals(kind)) {
        if (found != null) {
          throw block.invalid("subblock_configs holds more than one of kind '%s'".formatted(kind));
        }
        found = part;
      }
    }
    if (found == null) {
      throw block.invalid("subblock_configs needs one of kind '%s'".formatted(kind));
    }
    return found;
  }

  /** An unknown key may change the layer, unless it says that there is nothing. */
  private static void requireKnown(ConfigJson part, Set<String> known)
      throws InvalidInputException {
    for (Map.Entry<String, JsonNode> entry : part.node().properties()) {
      JsonNode value = entry.getValue();
      boolean says = !value.isNull() && !value.toString().equals("false");
      if (says && !known.contains(entry.getKey())) {
        throw part.invalid("%s=%s is not supported".formatted(entry.getKey(), value));
      }
    }
    requireValue(part, "weights_precision", Set.of("\"bf16\""));
    requireValue(part, "hidden_act", Set.of("\"silu\"", "\"swish\""));
    requireValue(part, "gated", Set.of("true"));
  }

  private static void requireValue(ConfigJson part, String key, Set<String> right)
      throws InvalidInputException {
    Optional<JsonNode> value = part.get(key);
    if (value.isPresent() && !right.contains(value.get().toString())) {
      throw part.invalid(
          "%s=%s is not supported; it must be absent or %s"
              .formatted(key, value.get(), right.stream().sorted().toList().getFirst()));
    }
  }

  private static Kind kind(ConfigJson part) throws InvalidInputException {
    if (part.flag("no_op")) {
      return Kind.NO_OP;
    }
    return part.flag("replace_with_linear") ? Kind.LINEAR : Kind.FULL;
  }

  private int kvHeads(ConfigJson attention) throws InvalidInputException {
    requireSame(attention, "num_query_heads", heads.heads());
    requireSame(attention, "qk_head_dim", heads.headDim());
    requireSame(attention, "v_head_dim", heads.headDim());
    for (String key : Set.of("num_key_value_heads", "num_kv_heads")) {
      if (attention.get(key).isPresent()) {
        return attention.size(key);
      }
    }
    int group = attention.size("n_heads_in_group");
    if (heads.heads() % group != 0) {
      throw attention.invalid(
          "n_heads_in_group=%d does not divide num_attention_heads=%d"
              .formatted(group, heads.heads()));
    }
    return heads.heads() / group;
  }

  private static void requireSame(ConfigJson attention, String key, int ofAll)
      throws InvalidInputException {
    if (attention.size(key, ofAll) != ofAll) {
      throw attention.invalid(
          "%s=%s is not supported; it must be that of all layers, %d"
              .formatted(key, attention.size(key), ofAll));
    }
  }

  /** Families differ in the names; those that have no experts refuse one of them. */
  private static Map<String, JsonNode> experts(ConfigJson experts) throws InvalidInputException {
    requireKnown(experts, OF_EXPERTS);
    JsonNode count = IntNode.valueOf(experts.size("num_local_experts"));
    JsonNode width = IntNode.valueOf(experts.size("expert_intermediate_dim"));
    Map<String, JsonNode> keys = new TreeMap<>();
    keys.put("num_experts", count);
    keys.put("num_local_experts", count);
    keys.put("intermediate_size", width);
    keys.put("moe_intermediate_size", width);
    experts.get("num_experts_per_tok").ifPresent(own -> keys.put("num_experts_per_tok", own));
    return keys;
  }

  /** {@code ffn_mult} as every loader reads it; without it the width itself. */
  private int channels(ConfigJson ffn) throws InvalidInputException {
    if (ffn.get("ffn_mult").isEmpty()) {
      return ffn.size("intermediate_size");
    }
    double width = Math.floor(2 * ffn.number("ffn_mult") * hidden / 3);
    if (!(width >= 1) || width > Integer.MAX_VALUE - WIDTH_STEP) {
      throw ffn.invalid("ffn_mult gives a width of %s".formatted(width));
    }
    return Math.ceilDiv((int) width, WIDTH_STEP) * WIDTH_STEP;
  }
}
