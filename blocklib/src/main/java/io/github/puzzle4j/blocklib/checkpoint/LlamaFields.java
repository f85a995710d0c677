package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the families around Llama have in common in their {@code config.json}. */
final class LlamaFields {

  /** The keys that change the arithmetic of a layer, and the one value that is implemented. */
  private static final Map<String, Set<String>> IMPLEMENTED =
      Map.ofEntries(
          Map.entry("attention_bias", Set.of("false")),
          Map.entry("mlp_bias", Set.of("false")),
          Map.entry("hidden_act", Set.of("\"silu\"", "\"swish\"")),
          Map.entry("sliding_window", Set.of()),
          Map.entry("use_sliding_window", Set.of("false")),
          Map.entry("partial_rotary_factor", Set.of("1", "1.0")),
          Map.entry("logit_scale", Set.of("1", "1.0")),
          Map.entry("final_logit_softcapping", Set.of()),
          Map.entry("attn_logit_softcapping", Set.of()),
          Map.entry("query_pre_attn_scalar", Set.of()),
          Map.entry("attention_multiplier", Set.of()),
          Map.entry("residual_multiplier", Set.of("1", "1.0")),
          Map.entry("embedding_multiplier", Set.of("1", "1.0")),
          Map.entry("logits_scaling", Set.of("1", "1.0")),
          Map.entry("per_layer_config", Set.of("{}")),
          Map.entry("num_local_experts", Set.of("0", "1")),
          Map.entry("num_experts", Set.of("0", "1")));

  /** Far over any real model: the layers are listed in memory. */
  private static final int MOST_LAYERS = 10_000;

  private LlamaFields() {}

  /** Refuses by name what would have to be computed in another way. */
  static void requireImplemented(ConfigJson config) throws InvalidInputException {
    for (String key : IMPLEMENTED.keySet().stream().sorted().toList()) {
      Set<String> accepted = IMPLEMENTED.getOrDefault(key, Set.of());
      Optional<JsonNode> value = config.get(key);
      if (value.isPresent() && !accepted.contains(value.get().toString())) {
        throw config.invalid(
            "%s=%s is not supported; %s"
                .formatted(
                    key,
                    abbreviate(value.get()),
                    accepted.isEmpty()
                        ? "it must be absent or null"
                        : "it must be absent or "
                            + accepted.stream().sorted().toList().getFirst()));
      }
    }
    Quantization.of(config);
    for (JsonNode type : config.get("layer_types").orElseGet(Json.mapper()::createArrayNode)) {
      if (!type.toString().equals("\"full_attention\"")) {
        throw config.invalid(
            "layer_types holds %s; only \"full_attention\" is supported".formatted(type));
      }
    }
  }

  /**
   * The shape of a model.
   *
   * @param kvHeads of the attention that {@code teacher} variants refer to
   * @param intermediateSize of the FFN that they refer to
   */
  static ModelConfig read(ConfigJson config, String family, int kvHeads, int intermediateSize)
      throws InvalidInputException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    return new ModelConfig(
        family,
        config.size("vocab_size"),
        hidden,
        intermediateSize,
        config.sizeUpTo("num_hidden_layers", MOST_LAYERS),
        new AttentionShape(heads, kvHeads, headDim(config, hidden, heads)),
        rotary(config),
        config.number("rms_norm_eps", 1e-6),
        config.size("max_position_embeddings", 2048),
        config.flag("tie_word_embeddings"),
        new SpecialTokens(config.tokens("bos_token_id"), config.tokens("eos_token_id")));
  }

  private static int headDim(ConfigJson config, int hidden, int heads)
      throws InvalidInputException {
    if (config.get("head_dim").isEmpty() && hidden % heads != 0) {
      throw config.invalid(
          "hidden_size=%d is no multiple of num_attention_heads=%d, and there is no head_dim"
              .formatted(hidden, heads));
    }
    int headDim = config.size("head_dim", Math.max(1, hidden / heads));
    if ((long) headDim * heads > Integer.MAX_VALUE) {
      throw config.invalid(
          "head_dim=%d times num_attention_heads=%d is too large".formatted(headDim, heads));
    }
    return headDim;
  }

  /** Both spellings: {@code rope_theta} beside {@code rope_scaling}, or {@code rope_parameters}. */
  private static RotaryEmbedding rotary(ConfigJson config) throws InvalidInputException {
    Optional<ConfigJson> parameters = config.object("rope_parameters");
    Optional<ConfigJson> scaling =
        parameters.isPresent() ? parameters : config.object("rope_scaling");
    double theta = config.number("rope_theta", 10_000);
    if (scaling.isEmpty()) {
      return new RotaryEmbedding(theta, new RotaryEmbedding.Scaling.None());
    }
    return new RotaryEmbedding(scaling.get().number("rope_theta", theta), scaling(scaling.get()));
  }

  private static RotaryEmbedding.Scaling scaling(ConfigJson rope) throws InvalidInputException {
    requireFullRotation(rope);
    Optional<String> type = rope.text("rope_type");
    String name = type.isPresent() ? type.get() : rope.text("type").orElse("default");
    return switch (name) {
      case "default" -> new RotaryEmbedding.Scaling.None();
      case "llama3" ->
          new RotaryEmbedding.Scaling.Llama3(
              rope.number("factor"),
              rope.number("low_freq_factor"),
              rope.number("high_freq_factor"),
              rope.size("original_max_position_embeddings"));
      default ->
          throw rope.invalid(
              "rope_type '%s' is not supported; default and llama3 are".formatted(name));
    };
  }

  private static void requireFullRotation(ConfigJson rope) throws InvalidInputException {
    if (rope.number("partial_rotary_factor", 1) != 1) {
      throw rope.invalid("partial_rotary_factor must be absent or 1");
    }
  }

  /** The common part of a config, in an order for human readers. */
  static ObjectNode write(ModelConfig config, String architecture, String modelType) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.putArray("architectures").add(architecture);
    node.put("model_type", modelType);
    node.put("vocab_size", config.vocabularySize());
    node.put("hidden_size", config.hiddenSize());
    node.put("num_hidden_layers", config.layers());
    node.put("num_attention_heads", config.attention().heads());
    node.put("head_dim", config.attention().headDim());
    node.put("hidden_act", "silu");
    node.put("attention_bias", false);
    node.put("mlp_bias", false);
    node.put("rms_norm_eps", config.normEpsilon());
    node.put("max_position_embeddings", config.maxPositions());
    node.put("rope_theta", config.rotary().theta());
    writeScaling(node, config.rotary().scaling());
    node.put("tie_word_embeddings", config.tiedEmbeddings());
    writeTokens(node, "bos_token_id", config.specialTokens().begin());
    writeTokens(node, "eos_token_id", config.specialTokens().end());
    return node;
  }

  private static void writeScaling(ObjectNode node, RotaryEmbedding.Scaling scaling) {
    switch (scaling) {
      case RotaryEmbedding.Scaling.None() -> node.putNull("rope_scaling");
      case RotaryEmbedding.Scaling.Llama3(double factor, double low, double high, int original) -> {
        ObjectNode rope = node.putObject("rope_scaling");
        rope.put("rope_type", "llama3");
        rope.put("factor", factor);
        rope.put("low_freq_factor", low);
        rope.put("high_freq_factor", high);
        rope.put("original_max_position_embeddings", original);
      }
    }
  }

  private static void writeTokens(ObjectNode node, String key, List<Integer> tokens) {
    switch (tokens.size()) {
      case 0 -> node.putNull(key);
      case 1 -> node.put(key, tokens.getFirst());
      default -> {
        ArrayNode list = node.putArray(key);
        tokens.forEach(list::add);
      }
    }
  }

  private static String abbreviate(JsonNode value) {
    String text = value.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
