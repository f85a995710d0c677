package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Sense;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Metrics of a score file, and the direction in which each is better. */
final class Metrics {

  /** Puzzletron's default metric, followed by metrics that every run has. */
  static final List<String> DEFAULTS =
      List.of("cosine_embedding_loss_hidden_states", "kl_div", "lm_loss");

  private static final String PREFIX = "metrics.";
  private static final String COMPLEMENT = "one_minus_";

  /** Shares of tokens: larger is better. */
  private static final List<String> SHARES = List.of("token_accuracy", "greedy_teacher_prediction");

  private static final List<String> SHARE_ENDS = List.of("_agreement", "_consistency");

  /** Distances from the teacher: 0 for the teacher itself. */
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

  /** The name without the prefix of Puzzletron's objectives. */
  static String plain(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  /** The name as Puzzletron's objective. */
  static String objective(String name) {
    return PREFIX + name;
  }

  /** Every key whose value is an object with an {@code avg}, including NaN. */
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

  /** Looks up a metric; {@code one_minus_x} is computed from {@code x}, as in Puzzletron. */
  static OptionalDouble find(Map<String, Double> metrics, String name) {
    if (metrics.containsKey(name)) {
      return OptionalDouble.of(metrics.get(name));
    }
    Optional<String> base = complementOf(name);
    return base.isPresent() && metrics.containsKey(base.get())
        ? OptionalDouble.of(1 - metrics.get(base.get()))
        : OptionalDouble.empty();
  }

  /** Direction in which a metric is better. */
  static Sense sense(String name) {
    Optional<String> base = complementOf(name);
    if (base.isPresent()) {
      return sense(base.get()) == Sense.MIN ? Sense.MAX : Sense.MIN;
    }
    return isShare(name) ? Sense.MAX : Sense.MIN;
  }

  /** The teacher's own value, if it is known without a measurement. */
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
