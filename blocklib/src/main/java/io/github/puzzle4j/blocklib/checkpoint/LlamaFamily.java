package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Llama 2 and 3: all layers alike, with biases in all projections of attention or in none. */
final class LlamaFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, Set.of(LlamaFields.ATTENTION_BIAS));
    LlamaFields.requireFullAttention(config);
    int kvHeads = config.size("num_key_value_heads", config.size("num_attention_heads"));
    SoftmaxAttention attention =
        LlamaFields.withBiases(config, LlamaFields.attention(config, kvHeads));
    return Model.uniform(
        LlamaFields.common(config, modelType()),
        LlamaFields.layers(config),
        new Layer(attention, new GatedFfn(config.size("intermediate_size"))));
  }

  @Override
  public Optional<String> objection(Model model) {
    return UniformLayers.objection(model)
        .or(() -> {
          SoftmaxAttention attention = UniformLayers.attention(model.layers().getFirst());
          boolean fits =
              !attention.hasWindow()
                  && attention.headNorm() == HeadNorm.NONE
                  && attention.biases() != Biases.QUERY_KEY_VALUE;
          return fits
              ? Optional.empty()
              : Optional.of(
                  "a llama has no windows or head norms, and biases in all projections or none");
        });
  }

  @Override
  public ObjectNode write(Model model) {
    ObjectNode node = LlamaFields.write(model, "LlamaForCausalLM", modelType());
    UniformLayers.write(node, model);
    return node;
  }
}
