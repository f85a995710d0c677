package io.github.puzzle4j.scoring.cost;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Limits on a served model, converted to limits on sums over its layers at a given batch.
 *
 * <p>With T the seconds in which g GPUs serve B requests of {@code osl} output tokens, throughput
 * per GPU is {@code B osl / (T g)} and time per output token is {@code T / osl}; both bound T,
 * which is a sum. Memory is that of one GPU.
 */
public record Budget(List<ServingLimit> limits) {

  public Budget {
    limits = List.copyOf(limits);
  }

  /** A budget of these limits, beside the GPU's own memory. */
  public static Budget of(ServingLimit... limits) {
    return new Budget(List.of(limits));
  }

  /**
   * The limits on sums over the layers of this table: at most one for each measure, the strictest,
   * minus the fixed part. Memory is always among them.
   */
  public List<LinearLimit> linear(CostTable table) {
    Scenario scenario = table.scenario();
    Map<Measure, Double> strictest = new EnumMap<>(Measure.class);
    strictest.put(Measure.MEMORY_BYTES, (double) table.capacity().usableMemoryBytes());
    for (ServingLimit limit : limits) {
      LinearLimit whole = whole(limit, scenario);
      strictest.merge(whole.measure(), whole.max(), Math::min);
    }
    return strictest.entrySet().stream()
        .map(entry ->
            new LinearLimit(
                entry.getKey(), entry.getValue() - entry.getKey().of(table.fixed(), scenario)))
        .toList();
  }

  private static LinearLimit whole(ServingLimit limit, Scenario scenario) {
    return switch (limit) {
      case ServingLimit.Throughput(double tokensPerSecond) ->
          new LinearLimit(
              Measure.RUNTIME_SECONDS,
              scenario.outputTokensOfBatch() / tokensPerSecond / scenario.tensorParallel());
      case ServingLimit.TimePerOutputToken(double seconds) ->
          new LinearLimit(Measure.RUNTIME_SECONDS, scenario.outputTokens() * seconds);
      case ServingLimit.TimeToFirstToken(double seconds) ->
          new LinearLimit(Measure.FIRST_TOKEN_SECONDS, seconds);
      case ServingLimit.Memory(long bytes) -> new LinearLimit(Measure.MEMORY_BYTES, bytes);
      case ServingLimit.Total(Measure measure, long most) -> new LinearLimit(measure, most);
    };
  }
}
