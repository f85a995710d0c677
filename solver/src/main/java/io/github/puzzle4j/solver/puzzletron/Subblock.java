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
 *     generation knows {@code attention} and {@code ffn} alone
 * @param noOp whether it is left out of the model
 * @param identity equal for two subblocks exactly if they are the same configuration
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
   * Values that the peer's classes have where a file leaves the key out. False and null are such
   * values for every key.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of("weights_precision", "\"bf16\"", "conv_kernel_size", "4");

  /** A subblock of that kind. */
  static Subblock of(String kind, Value config) throws InvalidProblemException {
    Optional<Value> flag = config.find("no_op");
    boolean noOp = flag.isPresent() && flag.get().flag();
    return new Subblock(kind, noOp, identity(kind, noOp, config), config);
  }

  /** A subblock of the second generation, which names its kind. */
  static Subblock named(Value config) throws InvalidProblemException {
    Value kind = config.get("kind");
    if (!MIXERS.contains(kind.text()) && !FFNS.contains(kind.text())) {
      throw kind.wrong(
          "'%s' is not supported; known are attention, mla, mamba, ffn, moe"
              .formatted(Json.quoted(kind.text())));
    }
    return of(kind.text(), config);
  }

  /** A subblock of the statistics, whose kind is that of the peer's class. */
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

  /** Whether a part such as {@code mamba} or {@code moe} is there. */
  boolean has(String key) throws InvalidProblemException {
    return config.find(key).isPresent();
  }

  /** A whole number of the configuration, if it is given. */
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
