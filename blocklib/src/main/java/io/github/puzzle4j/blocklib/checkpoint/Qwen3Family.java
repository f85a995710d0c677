package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Qwen 3, dense: each query and key head is normed, and heads have a width of their own. */
final class Qwen3Family implements ModelFamily {

  @Override
  public String modelType() {
    return "qwen3";
  }

  private static final AttentionTraits TRAITS =
      new AttentionTraits(
          AttentionTraits.Biases.NONE,
          AttentionTraits.HeadNorm.QUERY_AND_KEY,
          AttentionTraits.FULL);

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, WindowFields.KEYS);
    ModelConfig plain =
        LlamaFields.read(
            config,
            modelType(),
            config.size("num_key_value_heads"),
            config.size("intermediate_size"));
    return WindowFields.read(config, plain.with(TRAITS, plain.experts(), plain.storedWeights()));
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return WindowFields.objection(architecture);
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    ModelConfig config = architecture.config();
    ObjectNode node = LlamaFields.write(config, "Qwen3ForCausalLM", modelType());
    node.put("num_key_value_heads", config.attention().kvHeads());
    node.put("intermediate_size", config.intermediateSize());
    WindowFields.write(node, architecture);
    return node;
  }
}
