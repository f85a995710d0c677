package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Qwen 2 and 2.5: biases in the query, key and value projections. */
final class Qwen2Family implements ModelFamily {

  @Override
  public String modelType() {
    return "qwen2";
  }

  private static final AttentionTraits TRAITS =
      new AttentionTraits(
          AttentionTraits.Biases.QUERY_KEY_VALUE,
          AttentionTraits.HeadNorm.NONE,
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
    ObjectNode node = LlamaFields.write(config, "Qwen2ForCausalLM", modelType());
    node.put("num_key_value_heads", config.attention().kvHeads());
    node.put("intermediate_size", config.intermediateSize());
    WindowFields.write(node, architecture);
    return node;
  }
}
