package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Llama whose layers differ, as published children are laid out: {@code block_configs} has one
 * entry per layer.
 *
 * <p>Such a file has no teacher. The largest KV head count and the largest FFN width take its place
 * in the {@link ModelConfig}, and the layers that have them are {@code teacher} ones.
 */
final class NemotronNasFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "nemotron-nas";
  }

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config);
    List<NemotronBlock> blocks = blocks(config);
    int kvHeads = largest(blocks, NemotronBlock::kvHeads);
    int intermediateSize = largest(blocks, NemotronBlock::channels);
    ModelConfig model = LlamaFields.read(config, modelType(), kvHeads, intermediateSize);
    if (blocks.size() != model.layers()) {
      throw config.invalid(
          "num_hidden_layers=%d, but block_configs has %d entries"
              .formatted(model.layers(), blocks.size()));
    }
    return new Architecture(model, blocks.stream().map(block -> variant(model, block)).toList());
  }

  private static List<NemotronBlock> blocks(ConfigJson config) throws InvalidInputException {
    int heads = config.size("num_attention_heads");
    int hidden = config.size("hidden_size");
    JsonNode list =
        config.get("block_configs").orElseThrow(() -> config.invalid("needs 'block_configs'"));
    if (!list.isArray()) {
      throw config.invalid("block_configs must be a list");
    }
    List<NemotronBlock> blocks = new ArrayList<>();
    for (JsonNode item : list) {
      String where = "%s, block_configs[%d]".formatted(config.where(), blocks.size());
      blocks.add(NemotronBlock.read(ConfigJson.of(where, item), heads, hidden));
    }
    return blocks;
  }

  /** At least 1: a model without any attention or FFN still has a shape. */
  private static int largest(List<NemotronBlock> blocks, ToIntFunction<NemotronBlock> size) {
    return Math.max(1, blocks.stream().mapToInt(size).max().orElse(1));
  }

  private static BlockVariant variant(ModelConfig model, NemotronBlock block) {
    AttentionVariant attention =
        switch (block.attention()) {
          case NO_OP -> new AttentionVariant.NoOp();
          case LINEAR -> new AttentionVariant.Linear();
          case FULL ->
              block.kvHeads() == model.attention().kvHeads()
                  ? new AttentionVariant.Teacher()
                  : new AttentionVariant.GroupedQuery(block.kvHeads());
        };
    FfnVariant ffn =
        switch (block.ffn()) {
          case NO_OP -> new FfnVariant.NoOp();
          case LINEAR -> new FfnVariant.Linear();
          case FULL ->
              block.channels() == model.intermediateSize()
                  ? new FfnVariant.Teacher()
                  : new FfnVariant.Pruned(block.channels());
        };
    return new BlockVariant(attention, ffn);
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    if (!architecture.config().isPlainLlama()) {
      return Optional.of(
          "nemotron-nas has no biases, head norms, windows or experts, as a %s may have"
              .formatted(architecture.config().family()));
    }
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      BlockVariant block = architecture.blocks().get(layer);
      if (block.attention() instanceof AttentionVariant.SlidingWindow
          || block.ffn() instanceof FfnVariant.Experts) {
        return Optional.of(
            "layer %d is %s, which nemotron-nas does not have".formatted(layer, block.id()));
      }
    }
    return Optional.empty();
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    ModelConfig config = architecture.config();
    ObjectNode node = LlamaFields.write(config, "DeciLMForCausalLM", modelType());
    node.putObject("auto_map").put("AutoConfig", "configuration_decilm.DeciLMConfig");
    // Loaders that find one number for all layers here would believe it.
    node.putNull("num_key_value_heads");
    node.putNull("intermediate_size");
    ArrayNode blocks = node.putArray("block_configs");
    for (BlockVariant block : architecture.blocks()) {
      blocks.add(block(config, block).write(config.attention().heads(), config.hiddenSize()));
    }
    return node;
  }

  private static NemotronBlock block(ModelConfig config, BlockVariant block) {
    NemotronBlock.Kind attention =
        switch (block.attention()) {
          case AttentionVariant.Teacher(), AttentionVariant.GroupedQuery(_) ->
              NemotronBlock.Kind.FULL;
          case AttentionVariant.SlidingWindow(_) ->
              throw new IllegalStateException("there was an objection to " + block.id());
          case AttentionVariant.Linear() -> NemotronBlock.Kind.LINEAR;
          case AttentionVariant.NoOp() -> NemotronBlock.Kind.NO_OP;
        };
    NemotronBlock.Kind ffn =
        switch (block.ffn()) {
          case FfnVariant.Teacher(), FfnVariant.Pruned(_) -> NemotronBlock.Kind.FULL;
          case FfnVariant.Experts(_) ->
              throw new IllegalStateException("there was an objection to " + block.id());
          case FfnVariant.Linear() -> NemotronBlock.Kind.LINEAR;
          case FfnVariant.NoOp() -> NemotronBlock.Kind.NO_OP;
        };
    int kvHeads = block.attention().cachedHeads(config).map(AttentionShape::kvHeads).orElse(0);
    return new NemotronBlock(attention, kvHeads, ffn, block.ffn().channels(config));
  }
}
