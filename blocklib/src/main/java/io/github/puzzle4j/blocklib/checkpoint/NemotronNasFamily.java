package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.Optional;
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

  /** What {@code block_configs} leaves open; it states the sizes of each layer. */
  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config);
    if (config.get(PerLayerFields.BLOCKS).isEmpty()) {
      throw config.invalid("needs '%s'".formatted(PerLayerFields.BLOCKS));
    }
    return Model.uniform(
        LlamaFields.common(config, modelType()),
        LlamaFields.layers(config),
        new Layer(
            LlamaFields.attention(config, config.size("num_key_value_heads", 1)),
            new GatedFfn(config.size("intermediate_size", 1))));
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
    RemoteCode.DECI.write(node);
    // Loaders would use a number here for all layers.
    node.putNull("num_key_value_heads");
    node.putNull("intermediate_size");
    ArrayNode blocks = node.putArray(PerLayerFields.BLOCKS);
    int heads = LlamaFields.attentionOf(model).heads().heads();
    for (Layer layer : model.layers()) {
      blocks.add(block(layer).write(heads, model.hiddenSize()));
    }
    return node;
  }

  private static NemotronBlock block(Layer layer) {
    LayerChange.Kind attention =
        switch (layer.attention()) {
          case SoftmaxAttention _ -> LayerChange.Kind.FULL;
          case LinearAttention _ -> LayerChange.Kind.LINEAR;
          case NoAttention _ -> LayerChange.Kind.NO_OP;
        };
    LayerChange.Kind ffn =
        switch (layer.ffn()) {
          case GatedFfn _ -> LayerChange.Kind.FULL;
          case LinearFfn _ -> LayerChange.Kind.LINEAR;
          case NoFfn _ -> LayerChange.Kind.NO_OP;
          case ExpertsFfn _ ->
              throw new IllegalStateException("there was an objection to " + layer.id());
        };
    int kvHeads = layer.attention().cache().map(cache -> cache.kvHeads()).orElse(0);
    return new NemotronBlock(attention, kvHeads, ffn, layer.ffn().channelsPerToken());
  }
}
