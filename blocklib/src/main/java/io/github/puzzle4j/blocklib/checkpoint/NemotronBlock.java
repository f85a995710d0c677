package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.checkpoint.LayerChange.Kind;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of {@code block_configs}, for writing.
 *
 * @param kvHeads 0 unless the attention is {@code FULL}
 * @param channels 0 unless the FFN is {@code FULL}
 */
record NemotronBlock(Kind attention, int kvHeads, Kind ffn, int channels) {

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
    } else if (channels % BlockFields.WIDTH_STEP == 0) {
      node.put("ffn_mult", 3.0 * channels / (2.0 * hidden));
    } else {
      // No multiplier gives this width: loaders round up. Those that support this key prefer it.
      node.put("intermediate_size", channels);
    }
  }
}
