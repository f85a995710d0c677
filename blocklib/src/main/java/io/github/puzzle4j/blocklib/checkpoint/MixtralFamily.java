package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Mixtral: experts in every layer. It can be described and priced, not computed. */
final class MixtralFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "mixtral";
  }

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(
        config, Set.of("sliding_window", "num_local_experts", "num_experts"));
    int window =
        config.get("sliding_window").isEmpty()
            ? SoftmaxAttention.NO_WINDOW
            : config.size("sliding_window");
    MistralFamily.requireTypes(config, window);
    SoftmaxAttention attention =
        LlamaFields.attention(config, config.size("num_key_value_heads")).withWindow(window);
    ExpertsFfn experts =
        new ExpertsFfn(
            LlamaFields.experts(config),
            config.size("num_experts_per_tok"),
            config.size("intermediate_size"),
            0);
    return Model.uniform(
        LlamaFields.common(config, modelType()),
        LlamaFields.layers(config),
        new Layer(attention, experts));
  }

  @Override
  public Optional<String> objection(Model model) {
    return Optional.of("models with experts are read, not written");
  }

  @Override
  public ObjectNode write(Model model) {
    throw new IllegalStateException("there is always an objection");
  }
}
