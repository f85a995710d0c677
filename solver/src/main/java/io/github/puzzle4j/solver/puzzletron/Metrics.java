package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Sense;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The measures of a score file, and which way each of them is better. */
final class Metrics {

  /** What the peer minimises unless told otherwise; then what every run has. */
  static final List<String> DEFAULTS =
      List.of("cosine_embedding_loss_hidden_states", "kl_div", "lm_loss");

  private static final String PREFIX = "metrics.";
  private static final String COMPLEMENT = "one_minus_";

  /** Shares of tokens: large is good. */
  private static final List<String> SHARES = List.of("token_accuracy", "greedy_teacher_prediction");

  private static final List<String> SHARE_ENDS = List.of("_agreement", "_consistency");

  /** Distances from the teacher: the teacher's own is 0. */
  private static final List<String> DISTANCES =
      List.of(
          "kl_div",
          "js_div",
          "tv_dist",
          "cosine_embedding_loss",
          "normalized_mse_loss",
          "mse_loss",
          "mae_loss",
          "raw_replacement_loss");

  private Metrics() {}

  /** The name without the prefix that the peer's objectives have. */
  static String plain(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  /** As the peer names its objective. */
  static String objective(String name) {
    return PREFIX + name;
  }

  /** Every key whose value is an object with an {@code avg}; NaN stays. */
  static Map<String, Double> averages(Value scores) throws InvalidProblemException {
    Map<String, Double> metrics = new TreeMap<>();
    for (String key : scores.keys()) {
      Optional<Value> value = scores.find(key);
      if (value.isPresent() && value.get().isObject() && value.get().keys().contains("avg")) {
        metrics.put(key, value.get().get("avg").number());
      }
    }
    return metrics;
  }

  /** A measure by name; {@code one_minus_x} is told from {@code x}, as the peer does. */
  static OptionalDouble find(Map<String, Double> metrics, String name) {
    if (metrics.containsKey(name)) {
      return OptionalDouble.of(metrics.get(name));
    }
    Optional<String> base = complementOf(name);
    return base.isPresent() && metrics.containsKey(base.get())
        ? OptionalDouble.of(1 - metrics.get(base.get()))
        : OptionalDouble.empty();
  }

  /** Which way a measure of that name is better. */
  static Sense sense(String name) {
    Optional<String> base = complementOf(name);
    if (base.isPresent()) {
      return sense(base.get()) == Sense.MIN ? Sense.MAX : Sense.MIN;
    }
    return isShare(name) ? Sense.MAX : Sense.MIN;
  }

  /** What the teacher has against itself, where that needs no measuring. */
  static OptionalDouble ofTeacher(String name) {
    Optional<String> base = complementOf(name);
    if (base.isPresent()) {
      OptionalDouble own = ofTeacher(base.get());
      return own.isPresent() ? OptionalDouble.of(1 - own.getAsDouble()) : own;
    }
    if (DISTANCES.stream().anyMatch(name::startsWith)) {
      return OptionalDouble.of(0);
    }
    boolean ofOwnTokens = name.startsWith("token_accuracy") && !name.endsWith("_consistency");
    return isShare(name) && !ofOwnTokens ? OptionalDouble.of(1) : OptionalDouble.empty();
  }

  private static boolean isShare(String name) {
    return SHARES.stream().anyMatch(name::startsWith)
        || SHARE_ENDS.stream().anyMatch(name::endsWith);
  }

  private static Optional<String> complementOf(String name) {
    return name.startsWith(COMPLEMENT)
        ? Optional.of(name.substring(COMPLEMENT.length()))
        : Optional.empty();
  }
}
