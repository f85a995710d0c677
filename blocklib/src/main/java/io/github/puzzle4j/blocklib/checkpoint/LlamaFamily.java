package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Llama 2 and 3: all layers alike, with or without biases in all projections of attention. */
final class LlamaFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, Set.of(LlamaFields.ATTENTION_BIAS));
    LlamaFields.requireFullAttention(config);
    if (config.get("block_configs").isPresent()) {
      throw config.invalid("block_configs belongs to model_type nemotron-nas, not llama");
    }
    int heads = config.size("num_attention_heads");
    ModelConfig plain =
        LlamaFields.read(
            config,
            modelType(),
            config.size("num_key_value_heads", heads),
            config.size("intermediate_size"));
    return Architecture.teacher(plain.with(LlamaFields.withBiases(config, plain.traits())));
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return unlike(architecture);
  }

  /** The first layer that is not the teacher's; empty if there is none. */
  static Optional<String> unlike(Architecture architecture) {
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      BlockVariant block = architecture.blocks().get(layer);
      if (!block.equals(BlockVariant.teacher())) {
        return Optional.of(
            "layer %d is %s, and all layers of a %s are alike"
                .formatted(layer, block.id(), architecture.config().family()));
      }
    }
    return Optional.empty();
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    ModelConfig config = architecture.config();
    ObjectNode node = LlamaFields.write(config, "LlamaForCausalLM", modelType());
    node.put("num_key_value_heads", config.attention().kvHeads());
    node.put("intermediate_size", config.intermediateSize());
    return node;
  }
}
