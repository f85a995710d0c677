package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * One half of a block: the mixer (attention, MLA, Mamba) or the FFN (dense, experts).
 *
 * @param kind {@code attention}, {@code mla}, {@code mamba}, {@code ffn} or {@code moe}; the first
 *     generation has only {@code attention} and {@code ffn}
 * @param noOp whether the subblock is removed
 * @param identity equal for two subblocks exactly if they have the same configuration
 */
record Subblock(String kind, boolean noOp, String identity, Value config) {

  static final Set<String> MIXERS = Set.of("attention", "mla", "mamba");
  static final Set<String> FFNS = Set.of("ffn", "moe");

  private static final Map<String, String> KIND_OF_CLASS =
      Map.of(
          "AttentionConfig", "attention",
          "FFNConfig", "ffn",
          "MLAConfig", "mla",
          "MambaConfig", "mamba",
          "MoEConfig", "moe");

  /**
   * Defaults of Puzzletron's classes for missing keys. False and null are defaults of every key.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of("weights_precision", "\"bf16\"", "conv_kernel_size", "4");

  /** Parses a subblock of that kind. */
  static Subblock of(String kind, Value config) throws InvalidProblemException {
    boolean noOp = config.flag("no_op");
    return new Subblock(kind, noOp, identity(kind, noOp, config), config);
  }

  /** Parses a subblock of the second generation, which states its kind. */
  static Subblock named(Value config) throws InvalidProblemException {
    Value kind = config.get("kind");
    if (!MIXERS.contains(kind.text()) && !FFNS.contains(kind.text())) {
      throw kind.wrong(
          "'%s' is not supported; known are attention, mla, mamba, ffn, moe"
              .formatted(Json.quoted(kind.text())));
    }
    return of(kind.text(), config);
  }

  /** Parses a subblock of the statistics, whose kind follows from its class name. */
  static Subblock ofStatistics(Value entry) throws InvalidProblemException {
    Value config = entry.get("subblock_config");
    Optional<Value> type = entry.find("subblock_config_class");
    if (type.isEmpty()) {
      return named(config);
    }
    String kind = KIND_OF_CLASS.get(type.get().text());
    if (kind == null) {
      throw type.get()
          .wrong(
              "'%s' is not supported; known are %s"
                  .formatted(
                      Json.quoted(type.get().text()),
                      String.join(", ", new TreeMap<>(KIND_OF_CLASS).keySet())));
    }
    return of(kind, config);
  }

  /** Whether a part such as {@code mamba} or {@code moe} is present. */
  boolean has(String key) throws InvalidProblemException {
    return config.find(key).isPresent();
  }

  /** An integer of the configuration, if present. */
  Optional<Integer> size(String key) throws InvalidProblemException {
    Optional<Value> value = config.find(key);
    return value.isPresent() ? Optional.of(value.get().wholeNumber()) : Optional.empty();
  }

  private static String identity(String kind, boolean noOp, Value config)
      throws InvalidProblemException {
    Optional<Value> given = config.find("name");
    String name = given.isPresent() ? given.get().text() : kind;
    return noOp ? kind + " " + name + " no_op" : kind + " " + name + canonical(config.node());
  }

  private static String canonical(JsonNode node) {
    if (!node.isObject()) {
      return node.toString();
    }
    TreeMap<String, String> fields = new TreeMap<>();
    node.forEachEntry((key, value) -> {
      boolean told = key.equals("kind") || key.equals("name") || key.equals("no_op");
      boolean unset = value.isNull() || (value.isBoolean() && !value.booleanValue());
      if (!told && !unset && !value.toString().equals(DEFAULTS.get(key))) {
        fields.put(key, canonical(value));
      }
    });
    return fields.toString();
  }
}
