package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Converts Puzzletron's targets, such as {@code target_throughput}, to limits on costs. */
final class Targets {

  static final String PREFIX = "stats.";

  private static final String RUNTIME = PREFIX + "runtime_ms";
  private static final double MILLISECONDS = 1000;

  private final Statistics statistics;

  Targets(Statistics statistics) {
    this.statistics = statistics;
  }

  /** Limits by name of the cost; of two upper bounds on the same cost the smaller one applies. */
  Map<String, Limit> resolve(Map<String, Limit> given) throws InvalidProblemException {
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (Map.Entry<String, Limit> entry : given.entrySet()) {
      Map.Entry<String, Limit> resolved = resolve(entry.getKey(), entry.getValue());
      Limit earlier = limits.get(resolved.getKey());
      limits.put(
          resolved.getKey(),
          earlier == null
              ? resolved.getValue()
              : both(resolved.getKey(), earlier, resolved.getValue()));
    }
    return limits;
  }

  private Map.Entry<String, Limit> resolve(String name, Limit limit)
      throws InvalidProblemException {
    return switch (name) {
      case "target_memory" -> Map.entry(PREFIX + "memory_mib", limit);
      case "target_num_kv_heads" -> Map.entry(PREFIX + "num_kv_heads", limit);
      case "target_latency", "target_latency_seconds" ->
          Map.entry(RUNTIME, new Limit.AtMost(largest(name, limit) * MILLISECONDS));
      case "target_time_to_first_token" ->
          Map.entry(
              PREFIX + "prefill_runtime_ms", new Limit.AtMost(largest(name, limit) * MILLISECONDS));
      case "target_throughput" ->
          Map.entry(RUNTIME, new Limit.AtMost(runtime(name, largest(name, limit))));
      case "throughput" -> {
        if (!(limit instanceof Limit.AtLeast(double least))) {
          throw new InvalidProblemException(
              "limit throughput: takes a least value alone: throughput=2000..");
        }
        yield Map.entry(RUNTIME, new Limit.AtMost(runtime(name, least)));
      }
      default -> Map.entry(name.startsWith(PREFIX) ? name : PREFIX + name, limit);
    };
  }

  /** Maximum run time of the scenario, in milliseconds, for this throughput of generated tokens. */
  private double runtime(String name, double tokensPerSecond) throws InvalidProblemException {
    Optional<Double> tokens = generatedTokens();
    if (tokens.isEmpty()) {
      throw statistics
          .args()
          .wrong("%s needs 'batch_size' and 'generation_seq_len'".formatted(name));
    }
    if (!(tokensPerSecond > 0)) {
      throw new InvalidProblemException(
          "limit %s: must be over 0, found %s".formatted(name, tokensPerSecond));
    }
    return MILLISECONDS * tokens.get() / tokensPerSecond;
  }

  /** Number of tokens that the scenario generates, over the whole batch. */
  Optional<Double> generatedTokens() throws InvalidProblemException {
    Optional<Double> batch = statistics.scenario("batch_size");
    Optional<Double> each = statistics.scenario("generation_seq_len");
    return batch.isPresent() && each.isPresent()
        ? Optional.of(batch.get() * each.get())
        : Optional.empty();
  }

  private static double largest(String name, Limit limit) throws InvalidProblemException {
    if (limit instanceof Limit.AtMost(double max)) {
      return max;
    }
    throw new InvalidProblemException(
        "limit %s: takes a single value, not a range".formatted(name));
  }

  private static Limit both(String cost, Limit one, Limit other) throws InvalidProblemException {
    if (one instanceof Limit.AtMost(double first) && other instanceof Limit.AtMost(double second)) {
      return new Limit.AtMost(Math.min(first, second));
    }
    throw new InvalidProblemException("limit %s: is given twice".formatted(cost));
  }
}
