package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rotary embedding of a {@code config.json}, in both spellings: {@code rope_theta} beside
 * {@code rope_scaling}, or all of it in {@code rope_parameters}. Absent keys have the defaults of
 * Transformers.
 */
final class RotaryFields {

  private static final double DEFAULT_THETA = 10_000;
  private static final double DEFAULT_BETA_FAST = 32;
  private static final double DEFAULT_BETA_SLOW = 1;
  private static final Set<String> FACTORS_OF_FREQUENCIES = Set.of("long_factor", "short_factor");

  private RotaryFields() {}

  static RotaryEmbedding read(ConfigJson config, int maxPositions) throws InvalidInputException {
    double theta = config.number("rope_theta", DEFAULT_THETA);
    Optional<ConfigJson> parameters = given(config, "rope_parameters");
    Optional<ConfigJson> scaling = given(config, "rope_scaling");
    if (parameters.isPresent()
        && scaling.isPresent()
        && !parameters.get().node().equals(scaling.get().node())) {
      throw config.invalid("rope_parameters and rope_scaling are both present and differ");
    }
    Optional<ConfigJson> rope = parameters.isPresent() ? parameters : scaling;
    return rope.isEmpty()
        ? new RotaryEmbedding(theta, new RotaryEmbedding.Scaling.None())
        : new RotaryEmbedding(
            rope.get().number("rope_theta", theta), scaling(rope.get(), maxPositions));
  }

  /** An empty object counts as absent. */
  private static Optional<ConfigJson> given(ConfigJson config, String key)
      throws InvalidInputException {
    return config.object(key).filter(object -> !object.node().isEmpty());
  }

  private static RotaryEmbedding.Scaling scaling(ConfigJson rope, int maxPositions)
      throws InvalidInputException {
    requireFlat(rope);
    if (rope.number("partial_rotary_factor", 1) != 1) {
      throw rope.invalid("partial_rotary_factor must be absent or 1");
    }
    Optional<String> type = rope.text("rope_type");
    String name = type.isPresent() ? type.get() : rope.text("type").orElse("default");
    return switch (name) {
      case "default" -> new RotaryEmbedding.Scaling.None();
      case "linear" -> new RotaryEmbedding.Scaling.Linear(rope.number("factor"));
      case "dynamic" -> new RotaryEmbedding.Scaling.Dynamic(rope.number("factor"));
      case "llama3" -> llama3(rope, maxPositions);
      case "yarn" -> yarn(rope, maxPositions);
      default ->
          throw rope.invalid(
              "rope_type '%s' is not supported; default, linear, dynamic, llama3 and yarn are"
                  .formatted(name));
    };
  }

  private static RotaryEmbedding.Scaling llama3(ConfigJson rope, int maxPositions)
      throws InvalidInputException {
    return new RotaryEmbedding.Scaling.Llama3(
        rope.number("factor"),
        rope.number("low_freq_factor"),
        rope.number("high_freq_factor"),
        rope.size("original_max_position_embeddings", maxPositions));
  }

  private static RotaryEmbedding.Scaling yarn(ConfigJson rope, int maxPositions)
      throws InvalidInputException {
    int original = rope.size("original_max_position_embeddings", maxPositions);
    double factor = rope.number("factor", (double) maxPositions / original);
    return new RotaryEmbedding.Scaling.Yarn(
        factor,
        rope.number("attention_factor", attentionFactor(rope, factor)),
        original,
        numberButZero(rope, "beta_fast", DEFAULT_BETA_FAST),
        numberButZero(rope, "beta_slow", DEFAULT_BETA_SLOW),
        rope.get("truncate").isEmpty() || rope.flag("truncate"));
  }

  private static double attentionFactor(ConfigJson rope, double factor)
      throws InvalidInputException {
    double scale = numberButZero(rope, "mscale", 0);
    double allDimensions = numberButZero(rope, "mscale_all_dim", 0);
    return scale == 0 || allDimensions == 0
        ? scaled(factor, 1)
        : scaled(factor, scale) / scaled(factor, allDimensions);
  }

  private static double scaled(double factor, double scale) {
    return scale * (RotaryEmbedding.Scaling.Yarn.usualAttentionFactor(factor) - 1) + 1;
  }

  /** As Transformers reads it: 0 counts as absent. */
  private static double numberButZero(ConfigJson rope, String key, double otherwise)
      throws InvalidInputException {
    double value = rope.number(key, otherwise);
    return value == 0 ? otherwise : value;
  }

  /**
   * Rejects values that Transformers does not pass over: parameters for single types of layers, and
   * factors for single frequencies, which belong to a type that is not supported. It passes over
   * all other keys that a type does not know, such as {@code finetuned} and {@code attn_factor}.
   */
  private static void requireFlat(ConfigJson rope) throws InvalidInputException {
    for (Map.Entry<String, JsonNode> entry : rope.node().properties()) {
      boolean ofFrequencies = FACTORS_OF_FREQUENCIES.contains(entry.getKey());
      if (entry.getValue().isObject() || (ofFrequencies && rope.get(entry.getKey()).isPresent())) {
        throw rope.invalid("'%s' is not supported".formatted(entry.getKey()));
      }
    }
  }

  static void write(ObjectNode node, RotaryEmbedding rotary) {
    node.put("rope_theta", rotary.theta());
    switch (rotary.scaling()) {
      case RotaryEmbedding.Scaling.None() -> node.putNull("rope_scaling");
      case RotaryEmbedding.Scaling.Linear(double factor) -> rope(node, "linear", factor);
      case RotaryEmbedding.Scaling.Dynamic(double factor) -> rope(node, "dynamic", factor);
      case RotaryEmbedding.Scaling.Llama3(double factor, double low, double high, int original) -> {
        ObjectNode rope = rope(node, "llama3", factor);
        rope.put("low_freq_factor", low);
        rope.put("high_freq_factor", high);
        rope.put("original_max_position_embeddings", original);
      }
      case RotaryEmbedding.Scaling.Yarn yarn -> writeYarn(node, yarn);
    }
  }

  private static void writeYarn(ObjectNode node, RotaryEmbedding.Scaling.Yarn yarn) {
    ObjectNode rope = rope(node, "yarn", yarn.factor());
    rope.put("original_max_position_embeddings", yarn.originalPositions());
    // Keys that not all loaders support are written only if they differ from the default.
    double usual = RotaryEmbedding.Scaling.Yarn.usualAttentionFactor(yarn.factor());
    if (yarn.attentionFactor() != usual) {
      rope.put("attention_factor", yarn.attentionFactor());
    }
    if (yarn.betaFast() != DEFAULT_BETA_FAST || yarn.betaSlow() != DEFAULT_BETA_SLOW) {
      rope.put("beta_fast", yarn.betaFast());
      rope.put("beta_slow", yarn.betaSlow());
    }
    if (!yarn.truncate()) {
      rope.put("truncate", false);
    }
  }

  private static ObjectNode rope(ObjectNode node, String type, double factor) {
    ObjectNode rope = node.putObject("rope_scaling");
    rope.put("rope_type", type);
    rope.put("factor", factor);
    return rope;
  }
}
