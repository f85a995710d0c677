package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Llama whose layers differ, in the layout of published children: {@code block_configs} has one
 * entry per layer.
 */
final class NemotronNasFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "nemotron-nas";
  }

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config);
    List<NemotronBlock> blocks = blocks(config);
    int layers = LlamaFields.layers(config);
    if (blocks.size() != layers) {
      throw config.invalid(
          "num_hidden_layers=%d, but block_configs has %d entries"
              .formatted(layers, blocks.size()));
    }
    SoftmaxAttention heads = LlamaFields.attention(config, 1);
    return new Model(
        LlamaFields.common(config, modelType()),
        blocks.stream().map(block -> layer(heads, block)).toList());
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

  private static Layer layer(SoftmaxAttention heads, NemotronBlock block) {
    Attention attention =
        switch (block.attention()) {
          case NO_OP -> new NoAttention();
          case LINEAR -> new LinearAttention();
          case FULL -> heads.withKvHeads(block.kvHeads());
        };
    Ffn ffn =
        switch (block.ffn()) {
          case NO_OP -> new NoFfn();
          case LINEAR -> new LinearFfn();
          case FULL -> new GatedFfn(block.channels());
        };
    return new Layer(attention, ffn);
  }

  @Override
  public Optional<String> objection(Model model) {
    AttentionShape heads = LlamaFields.attentionOf(model).heads();
    for (int layer = 0; layer < model.layers().size(); layer++) {
      Layer own = model.layers().get(layer);
      boolean fits =
          switch (own.attention()) {
            case SoftmaxAttention attention ->
                attention.isPlain()
                    && attention.heads().heads() == heads.heads()
                    && attention.heads().headDim() == heads.headDim();
            case LinearAttention _, NoAttention _ -> true;
          };
      boolean single =
          switch (own.ffn()) {
            case GatedFfn _, LinearFfn _, NoFfn _ -> true;
            case ExpertsFfn _ -> false;
          };
      if (!fits || !single) {
        return Optional.of(
            "layer %d is %s, and nemotron-nas has no biases, head norms, windows, experts or other query heads"
                .formatted(layer, own.id()));
      }
    }
    return Optional.empty();
  }

  @Override
  public ObjectNode write(Model model) {
    ObjectNode node = LlamaFields.write(model, "DeciLMForCausalLM", modelType());
    node.putObject("auto_map").put("AutoConfig", "configuration_decilm.DeciLMConfig");
    // Loaders would use a number here for all layers.
    node.putNull("num_key_value_heads");
    node.putNull("intermediate_size");
    ArrayNode blocks = node.putArray("block_configs");
    int heads = LlamaFields.attentionOf(model).heads().heads();
    for (Layer layer : model.layers()) {
      blocks.add(block(layer).write(heads, model.hiddenSize()));
    }
    return node;
  }

  private static NemotronBlock block(Layer layer) {
    NemotronBlock.Kind attention =
        switch (layer.attention()) {
          case SoftmaxAttention _ -> NemotronBlock.Kind.FULL;
          case LinearAttention _ -> NemotronBlock.Kind.LINEAR;
          case NoAttention _ -> NemotronBlock.Kind.NO_OP;
        };
    NemotronBlock.Kind ffn =
        switch (layer.ffn()) {
          case GatedFfn _ -> NemotronBlock.Kind.FULL;
          case LinearFfn _ -> NemotronBlock.Kind.LINEAR;
          case NoFfn _ -> NemotronBlock.Kind.NO_OP;
          case ExpertsFfn _ ->
              throw new IllegalStateException("there was an objection to " + layer.id());
        };
    int kvHeads = layer.attention().cache().map(cache -> cache.kvHeads()).orElse(0);
    return new NemotronBlock(attention, kvHeads, ffn, layer.ffn().channelsPerToken());
  }
}
