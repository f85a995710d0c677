package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.AttentionTraits.Biases;
import io.github.puzzle4j.blocklib.arch.AttentionTraits.HeadNorm;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The dense Qwens, some of whose layers may see a window only. */
enum QwenFamily implements ModelFamily {
  /** Qwen 2 and 2.5: biases in the query, key and value projections. */
  QWEN2("qwen2", "Qwen2ForCausalLM", Biases.QUERY_KEY_VALUE, HeadNorm.NONE) {
    @Override
    ModelConfig model(ConfigJson config) throws InvalidInputException {
      LlamaFields.requireImplemented(config, WindowFields.KEYS);
      return LlamaFields.read(config, modelType(), kvHeads(config), channels(config))
          .with(traits());
    }
  },
  /**
   * Qwen 3: each query and key head is normed, heads have a width of their own, and all projections
   * may have biases.
   */
  QWEN3("qwen3", "Qwen3ForCausalLM", Biases.NONE, HeadNorm.QUERY_AND_KEY) {
    @Override
    ModelConfig model(ConfigJson config) throws InvalidInputException {
      Set<String> read = new HashSet<>(WindowFields.KEYS);
      read.add(LlamaFields.ATTENTION_BIAS);
      LlamaFields.requireImplemented(config, read);
      int headDim = config.size("head_dim", DEFAULT_HEAD_DIM);
      return LlamaFields.read(config, modelType(), kvHeads(config), channels(config), headDim)
          .with(LlamaFields.withBiases(config, traits()));
    }
  };

  /** What Transformers takes for Qwen 3 where the key is absent. */
  private static final int DEFAULT_HEAD_DIM = 128;

  private final String modelType;
  private final String className;
  private final Biases biases;
  private final HeadNorm headNorm;

  QwenFamily(String modelType, String className, Biases biases, HeadNorm headNorm) {
    this.modelType = modelType;
    this.className = className;
    this.biases = biases;
    this.headNorm = headNorm;
  }

  /** The shape of the model, windows aside. */
  abstract ModelConfig model(ConfigJson config) throws InvalidInputException;

  AttentionTraits traits() {
    return new AttentionTraits(biases, headNorm, AttentionTraits.FULL);
  }

  private static int kvHeads(ConfigJson config) throws InvalidInputException {
    return config.size("num_key_value_heads");
  }

  private static int channels(ConfigJson config) throws InvalidInputException {
    return config.size("intermediate_size");
  }

  @Override
  public String modelType() {
    return modelType;
  }

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    return WindowFields.read(config, model(config));
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return WindowFields.objection(architecture);
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    ModelConfig config = architecture.config();
    ObjectNode node = LlamaFields.write(config, className, modelType);
    node.put("num_key_value_heads", config.attention().kvHeads());
    node.put("intermediate_size", config.intermediateSize());
    WindowFields.write(node, architecture);
    return node;
  }
}
