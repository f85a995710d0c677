package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A Llama whose layers may see a window only: all of them or none. */
final class MistralFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "mistral";
  }

  /** What Transformers takes where the key is absent; null means no window. */
  private static final int DEFAULT_WINDOW = 4096;

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    LlamaFields.requireImplemented(config, Set.of("sliding_window"));
    ModelConfig plain =
        LlamaFields.read(
            config,
            modelType(),
            config.size("num_key_value_heads"),
            config.size("intermediate_size"));
    int window = window(config);
    requireTypes(config, window);
    return Architecture.teacher(plain.with(plain.traits().withWindow(window)));
  }

  /** Transformers overlooks {@code layer_types} here, others may not: they must say the same. */
  private static void requireTypes(ConfigJson config, int window) throws InvalidInputException {
    String expected =
        window == AttentionTraits.FULL ? "\"full_attention\"" : "\"sliding_attention\"";
    for (JsonNode type : config.get("layer_types").orElseGet(Json.mapper()::createArrayNode)) {
      if (!type.toString().equals(expected)) {
        throw config.invalid(
            "layer_types holds %s; with this sliding_window only %s is supported"
                .formatted(type, expected));
      }
    }
  }

  static int window(ConfigJson config) throws InvalidInputException {
    return config.node().has("sliding_window") && config.get("sliding_window").isEmpty()
        ? AttentionTraits.FULL
        : config.size("sliding_window", DEFAULT_WINDOW);
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return LlamaFamily.unlike(architecture);
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    ModelConfig config = architecture.config();
    ObjectNode node = LlamaFields.write(config, "MistralForCausalLM", modelType());
    node.put("num_key_value_heads", config.attention().kvHeads());
    node.put("intermediate_size", config.intermediateSize());
    if (config.traits().window() == AttentionTraits.FULL) {
      node.putNull("sliding_window");
    } else {
      node.put("sliding_window", config.traits().window());
    }
    return node;
  }
}
