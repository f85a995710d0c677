package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The dense Qwens, in which some layers may have a sliding window. */
enum QwenFamily implements ModelFamily {
  /** Qwen 2 and 2.5: biases in the query, key and value projections. */
  QWEN2("qwen2", "Qwen2ForCausalLM") {
    @Override
    SoftmaxAttention attention(ConfigJson config) throws InvalidInputException {
      LlamaFields.requireImplemented(config, WindowFields.KEYS);
      SoftmaxAttention plain = LlamaFields.attention(config, kvHeads(config));
      return new SoftmaxAttention(
          plain.heads(), SoftmaxAttention.NO_WINDOW, Biases.QUERY_KEY_VALUE, HeadNorm.NONE);
    }

    @Override
    boolean has(SoftmaxAttention attention) {
      return attention.biases() == Biases.QUERY_KEY_VALUE && attention.headNorm() == HeadNorm.NONE;
    }
  },
  /**
   * Qwen 3: query and key heads have norms, the head width is stated separately, and all
   * projections may have biases.
   */
  QWEN3("qwen3", "Qwen3ForCausalLM") {
    @Override
    SoftmaxAttention attention(ConfigJson config) throws InvalidInputException {
      Set<String> read = new HashSet<>(WindowFields.KEYS);
      read.add(LlamaFields.ATTENTION_BIAS);
      LlamaFields.requireImplemented(config, read);
      int headDim = config.size("head_dim", DEFAULT_HEAD_DIM);
      SoftmaxAttention plain =
          LlamaFields.withBiases(config, LlamaFields.attention(config, kvHeads(config), headDim));
      return new SoftmaxAttention(
          plain.heads(), SoftmaxAttention.NO_WINDOW, plain.biases(), HeadNorm.QUERY_AND_KEY);
    }

    @Override
    boolean has(SoftmaxAttention attention) {
      return attention.biases() != Biases.QUERY_KEY_VALUE
          && attention.headNorm() == HeadNorm.QUERY_AND_KEY;
    }
  };

  /** Default of Transformers for Qwen 3. */
  private static final int DEFAULT_HEAD_DIM = 128;

  private final String modelType;
  private final String className;

  QwenFamily(String modelType, String className) {
    this.modelType = modelType;
    this.className = className;
  }

  /** The attention of all layers, without their windows. */
  abstract SoftmaxAttention attention(ConfigJson config) throws InvalidInputException;

  /** Whether the family supports these biases and head norms. */
  abstract boolean has(SoftmaxAttention attention);

  private static int kvHeads(ConfigJson config) throws InvalidInputException {
    return config.size("num_key_value_heads");
  }

  @Override
  public String modelType() {
    return modelType;
  }

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    SoftmaxAttention attention = attention(config);
    GatedFfn ffn = new GatedFfn(config.size("intermediate_size"));
    return new Model(
        LlamaFields.common(config, modelType),
        WindowFields.read(config, LlamaFields.layers(config)).stream()
            .map(window -> new Layer(attention.withWindow(window), ffn))
            .toList());
  }

  @Override
  public Optional<String> objection(Model model) {
    return WindowFields.objection(model)
        .or(() ->
            has(UniformLayers.attention(model.layers().getFirst()))
                ? Optional.empty()
                : Optional.of("a %s has other biases and head norms".formatted(modelType)));
  }

  @Override
  public ObjectNode write(Model model) {
    ObjectNode node = LlamaFields.write(model, className, modelType);
    UniformLayers.write(node, model);
    WindowFields.write(node, model);
    return node;
  }
}
