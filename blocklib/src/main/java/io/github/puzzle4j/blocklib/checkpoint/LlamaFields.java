package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
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

  static final String ATTENTION_BIAS = "attention_bias";

  /** The keys that change the arithmetic of a layer, and the one value that is implemented. */
  private static final Map<String, Set<String>> IMPLEMENTED =
      Map.ofEntries(
          Map.entry(ATTENTION_BIAS, Set.of("false")),
          Map.entry("mlp_bias", Set.of("false")),
          Map.entry("hidden_act", Set.of("\"silu\"", "\"swish\"")),
          Map.entry("sliding_window", Set.of()),
          Map.entry("use_sliding_window", Set.of("false")),
          Map.entry("partial_rotary_factor", Set.of("1", "1.0")),
          // Where Transformers finds it here, it counts and not the one among the rope parameters.
          Map.entry("original_max_position_embeddings", Set.of()),
          Map.entry("use_mrope", Set.of("false")),
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
    requireImplemented(config, Set.of());
    requireFullAttention(config);
  }

  /** Refuses layers of another type by name. */
  static void requireFullAttention(ConfigJson config) throws InvalidInputException {
    for (JsonNode type : config.get("layer_types").orElseGet(Json.mapper()::createArrayNode)) {
      if (!type.toString().equals("\"full_attention\"")) {
        throw config.invalid(
            "layer_types holds %s; only \"full_attention\" is supported".formatted(type));
      }
    }
  }

  /**
   * Refuses by name what would have to be computed in another way.
   *
   * @param read keys that the family reads itself
   */
  static void requireImplemented(ConfigJson config, Set<String> read) throws InvalidInputException {
    for (String key : IMPLEMENTED.keySet().stream().sorted().toList()) {
      if (read.contains(key)) {
        continue;
      }
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
  }

  /**
   * The shape of a model.
   *
   * @param kvHeads of the attention that {@code teacher} variants refer to
   * @param intermediateSize of the FFN that they refer to
   */
  static ModelConfig read(ConfigJson config, String family, int kvHeads, int intermediateSize)
      throws InvalidInputException {
    return read(config, family, kvHeads, intermediateSize, headDim(config));
  }

  /** The same with heads of a width that the family knows. */
  static ModelConfig read(
      ConfigJson config, String family, int kvHeads, int intermediateSize, int headDim)
      throws InvalidInputException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    if ((long) headDim * heads > Integer.MAX_VALUE) {
      throw config.invalid(
          "head_dim=%d times num_attention_heads=%d is too large".formatted(headDim, heads));
    }
    int maxPositions = config.size("max_position_embeddings", 2048);
    return new ModelConfig(
        family,
        config.size("vocab_size"),
        hidden,
        intermediateSize,
        config.sizeUpTo("num_hidden_layers", MOST_LAYERS),
        new AttentionShape(heads, kvHeads, headDim),
        RotaryFields.read(config, maxPositions),
        config.number("rms_norm_eps", 1e-6),
        maxPositions,
        config.flag("tie_word_embeddings"),
        new SpecialTokens(config.tokens("bos_token_id"), config.tokens("eos_token_id")),
        AttentionTraits.PLAIN,
        Experts.NONE,
        Quantization.of(config).weights());
  }

  /** Traits of a family whose projections have biases where {@code attention_bias} is true. */
  static AttentionTraits withBiases(ConfigJson config, AttentionTraits traits)
      throws InvalidInputException {
    return config.flag(ATTENTION_BIAS)
        ? new AttentionTraits(AttentionTraits.Biases.ALL, traits.headNorm(), traits.window())
        : traits;
  }

  private static int headDim(ConfigJson config) throws InvalidInputException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    if (config.get("head_dim").isEmpty() && hidden % heads != 0) {
      throw config.invalid(
          "hidden_size=%d is no multiple of num_attention_heads=%d, and there is no head_dim"
              .formatted(hidden, heads));
    }
    return config.size("head_dim", Math.max(1, hidden / heads));
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
    node.put(ATTENTION_BIAS, config.traits().biases() == AttentionTraits.Biases.ALL);
    node.put("mlp_bias", false);
    node.put("rms_norm_eps", config.normEpsilon());
    node.put("max_position_embeddings", config.maxPositions());
    RotaryFields.write(node, config.rotary());
    node.put("tie_word_embeddings", config.tiedEmbeddings());
    writeTokens(node, "bos_token_id", config.specialTokens().begin());
    writeTokens(node, "eos_token_id", config.specialTokens().end());
    return node;
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
