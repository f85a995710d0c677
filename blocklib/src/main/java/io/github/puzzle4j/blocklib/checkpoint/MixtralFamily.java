package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Mixtral: experts in the place of every FFN. It can be described and priced, not computed. */
final class MixtralFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "mixtral";
  }

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, Set.of("sliding_window", "num_local_experts"));
    int channels = config.size("intermediate_size");
    ModelConfig plain =
        LlamaFields.read(config, modelType(), config.size("num_key_value_heads"), channels);
    int window =
        config.get("sliding_window").isEmpty()
            ? AttentionTraits.FULL
            : config.size("sliding_window");
    Experts experts =
        new Experts(
            config.size("num_local_experts"), config.size("num_experts_per_tok"), channels, 0);
    return Architecture.teacher(
        plain.with(plain.traits().withWindow(window), experts, plain.storedWeights()));
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return Optional.of("models with experts are read, not written");
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    throw new IllegalStateException("there is always an objection");
  }
}
