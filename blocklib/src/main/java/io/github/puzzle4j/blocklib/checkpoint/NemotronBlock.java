package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of {@code block_configs}.
 *
 * @param kvHeads 0 unless the attention is {@code FULL}
 * @param channels 0 unless the FFN is {@code FULL}
 */
record NemotronBlock(Kind attention, int kvHeads, Kind ffn, int channels) {

  /** Every loader rounds widths from {@code ffn_mult} up to a multiple of this. */
  static final int WIDTH_STEP = 256;

  enum Kind {
    FULL,
    LINEAR,
    NO_OP
  }

  private static final Set<String> UNSUPPORTED_ATTENTION =
      Set.of(
          "sparsify",
          "window_length",
          "num_sink_tokens",
          "unshifted_sink",
          "use_prefill_window_in_sink_attention");

  static NemotronBlock read(ConfigJson block, int heads, int hidden) throws InvalidInputException {
    ConfigJson attention = part(block, "attention");
    ConfigJson ffn = part(block, "ffn");
    for (String key : UNSUPPORTED_ATTENTION.stream().sorted().toList()) {
      refuseIfSet(attention, key);
    }
    refuseIfSet(ffn, "sparsify");
    Kind attentionKind = kind(attention);
    Kind ffnKind = kind(ffn);
    return new NemotronBlock(
        attentionKind,
        attentionKind == Kind.FULL ? kvHeads(attention, heads) : 0,
        ffnKind,
        ffnKind == Kind.FULL ? channels(ffn, hidden) : 0);
  }

  private static ConfigJson part(ConfigJson block, String key) throws InvalidInputException {
    Optional<ConfigJson> part = block.object(key);
    return part.orElseThrow(() -> block.invalid("needs '%s'".formatted(key)));
  }

  private static void refuseIfSet(ConfigJson part, String key) throws InvalidInputException {
    Optional<JsonNode> value = part.get(key);
    if (value.isPresent() && !value.get().toString().equals("false")) {
      throw part.invalid("%s=%s is not supported".formatted(key, value.get()));
    }
  }

  private static Kind kind(ConfigJson part) throws InvalidInputException {
    if (part.flag("no_op")) {
      return Kind.NO_OP;
    }
    return part.flag("replace_with_linear") ? Kind.LINEAR : Kind.FULL;
  }

  private static int kvHeads(ConfigJson attention, int heads) throws InvalidInputException {
    int group = attention.size("n_heads_in_group");
    if (heads % group != 0) {
      throw attention.invalid(
          "n_heads_in_group=%d does not divide num_attention_heads=%d".formatted(group, heads));
    }
    return heads / group;
  }

  /** {@code ffn_mult} as every loader reads it; without it the width itself. */
  private static int channels(ConfigJson ffn, int hidden) throws InvalidInputException {
    if (ffn.get("ffn_mult").isEmpty()) {
      return ffn.size("intermediate_size");
    }
    double width = Math.floor(2 * ffn.number("ffn_mult") * hidden / 3);
    if (!(width >= 1) || width > Integer.MAX_VALUE - WIDTH_STEP) {
      throw ffn.invalid("ffn_mult gives a width of %s".formatted(width));
    }
    return roundUp((int) width);
  }

  static int roundUp(int width) {
    return Math.ceilDiv(width, WIDTH_STEP) * WIDTH_STEP;
  }

  ObjectNode write(int heads, int hidden) {
    ObjectNode block = Json.mapper().createObjectNode();
    ObjectNode attentionNode = block.putObject("attention");
    writeKind(attentionNode, attention);
    if (attention == Kind.FULL) {
      attentionNode.put("n_heads_in_group", heads / kvHeads);
    } else {
      attentionNode.putNull("n_heads_in_group");
    }
    attentionNode.putNull("sparsify");
    attentionNode.putNull("window_length");
    attentionNode.putNull("num_sink_tokens");
    attentionNode.put("unshifted_sink", false);
    attentionNode.put("use_prefill_window_in_sink_attention", false);
    ObjectNode ffnNode = block.putObject("ffn");
    writeKind(ffnNode, ffn);
    writeWidth(ffnNode, hidden);
    ffnNode.putNull("sparsify");
    return block;
  }

  private static void writeKind(ObjectNode node, Kind kind) {
    node.put("no_op", kind == Kind.NO_OP);
    node.put("replace_with_linear", kind == Kind.LINEAR);
  }

  private void writeWidth(ObjectNode node, int hidden) {
    if (ffn != Kind.FULL) {
      node.putNull("ffn_mult");
    } else if (channels % WIDTH_STEP == 0) {
      node.put("ffn_mult", 3.0 * channels / (2.0 * hidden));
    } else {
      // No multiplier gives this width: loaders round up. Those that support this key prefer it.
      node.put("intermediate_size", channels);
    }
  }
}
