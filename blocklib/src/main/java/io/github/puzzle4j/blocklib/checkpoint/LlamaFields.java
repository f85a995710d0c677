package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The keys of {@code config.json} that Llama and its relatives share. */
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
          // If it is here, Transformers uses it instead of the one in the rope parameters.
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
          Map.entry("num_local_experts", Set.of("0", "1")),
          Map.entry("num_experts", Set.of("0", "1")));

  /** More than in any real model; bounds the list of layers in memory. */
  private static final int MOST_LAYERS = 10_000;

  private LlamaFields() {}

  /** Rejects options that are not implemented, naming the key. */
  static void requireImplemented(ConfigJson config) throws InvalidInputException {
    requireImplemented(config, Set.of());
    requireFullAttention(config);
  }

  /** Rejects layers of a type that is not implemented, naming it. */
  static void requireFullAttention(ConfigJson config) throws InvalidInputException {
    requireTypes(config, "full_attention");
  }

  /** Requires {@code layer_types}, if there is such a list, to hold one value for all layers. */
  static void requireTypes(ConfigJson config, String only) throws InvalidInputException {
    List<String> types = config.texts("layer_types");
    for (String type : types) {
      if (!type.equals(only)) {
        throw config.invalid(
            "layer_types holds \"%s\"; here only \"%s\" is supported".formatted(type, only));
      }
    }
    requireOneForEachLayer(config, types.size(), layers(config));
  }

  /** Requires {@code layer_types}, if it is there, to have an entry for each layer. */
  static void requireOneForEachLayer(ConfigJson config, int types, int layers)
      throws InvalidInputException {
    if (config.get("layer_types").isPresent() && types != layers) {
      throw config.invalid(
          "num_hidden_layers=%d, but layer_types has %d entries".formatted(layers, types));
    }
  }

  /** The number of experts: Transformers 5 saves it under another name than earlier versions. */
  static int experts(ConfigJson config) throws InvalidInputException {
    String key = config.get("num_experts").isPresent() ? "num_experts" : "num_local_experts";
    int experts = config.size(key);
    if (config.size("num_local_experts", experts) != experts) {
      throw config.invalid(
          "num_experts=%d and num_local_experts=%d differ"
              .formatted(experts, config.size("num_local_experts")));
    }
    return experts;
  }

  /**
   * Rejects options that are not implemented, naming the key.
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
                    ConfigJson.abbreviate(value.get()),
                    accepted.isEmpty()
                        ? "it must be absent or null"
                        : "it must be absent or "
                            + accepted.stream().sorted().toList().getFirst()));
      }
    }
  }

  /** Everything outside the layers. */
  static CommonParts common(ConfigJson config, String family) throws InvalidInputException {
    int maxPositions = config.size("max_position_embeddings", 2048);
    return new CommonParts(
        family,
        config.size("vocab_size"),
        config.size("hidden_size"),
        RotaryFields.read(config, maxPositions),
        config.number("rms_norm_eps", 1e-6),
        maxPositions,
        config.flag("tie_word_embeddings"),
        new SpecialTokens(config.tokens("bos_token_id"), config.tokens("eos_token_id")),
        Quantization.of(config).weights());
  }

  /** Number of layers. */
  static int layers(ConfigJson config) throws InvalidInputException {
    return config.sizeUpTo("num_hidden_layers", MOST_LAYERS);
  }

  /** Attention with {@code kvHeads} heads of the width that the config states or implies. */
  static SoftmaxAttention attention(ConfigJson config, int kvHeads) throws InvalidInputException {
    return attention(config, kvHeads, headDim(config));
  }

  /** Attention with a head width that the family determines. */
  static SoftmaxAttention attention(ConfigJson config, int kvHeads, int headDim)
      throws InvalidInputException {
    int heads = config.size("num_attention_heads");
    if ((long) headDim * heads > Integer.MAX_VALUE) {
      throw config.invalid(
          "head_dim=%d times num_attention_heads=%d is too large".formatted(headDim, heads));
    }
    return SoftmaxAttention.plain(new AttentionShape(heads, kvHeads, headDim));
  }

  /** The same attention with biases in all projections if {@code attention_bias} is true. */
  static SoftmaxAttention withBiases(ConfigJson config, SoftmaxAttention attention)
      throws InvalidInputException {
    return config.flag(ATTENTION_BIAS)
        ? new SoftmaxAttention(
            attention.heads(), attention.window(), Biases.ALL, attention.headNorm())
        : attention;
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

  /** The keys that all families share, in a readable order. */
  static ObjectNode write(Model model, String architecture, String modelType) {
    CommonParts common = model.common();
    SoftmaxAttention attention = attentionOf(model);
    ObjectNode node = Json.mapper().createObjectNode();
    node.putArray("architectures").add(architecture);
    node.put("model_type", modelType);
    node.put("vocab_size", common.vocabularySize());
    node.put("hidden_size", common.hiddenSize());
    node.put("num_hidden_layers", model.layers().size());
    node.put("num_attention_heads", attention.heads().heads());
    node.put("head_dim", attention.heads().headDim());
    node.put("hidden_act", "silu");
    node.put(ATTENTION_BIAS, attention.biases() == Biases.ALL);
    node.put("mlp_bias", false);
    node.put("rms_norm_eps", common.normEpsilon());
    node.put("max_position_embeddings", common.maxPositions());
    RotaryFields.write(node, common.rotary());
    node.put("tie_word_embeddings", common.tiedEmbeddings());
    writeTokens(node, "bos_token_id", common.specialTokens().begin());
    writeTokens(node, "eos_token_id", common.specialTokens().end());
    return node;
  }

  /** The attention whose heads a config states; heads of a common width if no layer has any. */
  static SoftmaxAttention attentionOf(Model model) {
    return model
        .firstSoftmax()
        .orElseGet(() -> SoftmaxAttention.plain(AttentionShape.usual(model.hiddenSize())));
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
}
