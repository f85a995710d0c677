package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** A Llama in which all layers or none have a sliding window. */
final class MistralFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "mistral";
  }

  /** Default of Transformers for an absent key; null means no window. */
  private static final int DEFAULT_WINDOW = 4096;

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, Set.of("sliding_window"));
    int window = window(config);
    requireTypes(config, window);
    SoftmaxAttention attention =
        LlamaFields.attention(config, config.size("num_key_value_heads")).withWindow(window);
    return Model.uniform(
        LlamaFields.common(config, modelType()),
        LlamaFields.layers(config),
        new Layer(attention, new GatedFfn(config.size("intermediate_size"))));
  }

  /** Transformers ignores {@code layer_types} here, other loaders may not: both must agree. */
  static void requireTypes(ConfigJson config, int window) throws InvalidInputException {
    boolean full = window == SoftmaxAttention.NO_WINDOW;
    LlamaFields.requireTypes(config, full ? "full_attention" : "sliding_attention");
  }

  static int window(ConfigJson config) throws InvalidInputException {
    return config.node().has("sliding_window") && config.get("sliding_window").isEmpty()
        ? SoftmaxAttention.NO_WINDOW
        : config.size("sliding_window", DEFAULT_WINDOW);
  }

  @Override
  public Optional<String> objection(Model model) {
    return UniformLayers.objection(model)
        .or(() -> {
          SoftmaxAttention attention = UniformLayers.attention(model.layers().getFirst());
          return attention.withWindow(SoftmaxAttention.NO_WINDOW).isPlain()
              ? Optional.empty()
              : Optional.of("a mistral has no biases and no head norms");
        });
  }

  @Override
  public ObjectNode write(Model model) {
    ObjectNode node = LlamaFields.write(model, "MistralForCausalLM", modelType());
    UniformLayers.write(node, model);
    SoftmaxAttention attention = UniformLayers.attention(model.layers().getFirst());
    if (attention.hasWindow()) {
      node.put("sliding_window", attention.window());
    } else {
      node.putNull("sliding_window");
    }
    return node;
  }
}
