package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServiceLevel;
import io.github.puzzle4j.scoring.cost.ServingLimit;
import io.github.puzzle4j.search.plan.SizeLimit;
import io.github.puzzle4j.search.plan.Target;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A target's limits in numbers.
 *
 * @param tokensPerSecond minimum throughput per GPU; 0 for none
 * @param memoryBytes maximum memory per GPU; the GPU's own where the target names none
 * @param level limits on latency
 * @param totals limits on whole numbers that add up over the model
 */
public record TargetBudget(
    double tokensPerSecond, long memoryBytes, ServiceLevel level, Map<Measure, Long> totals) {

  public TargetBudget {
    EnumMap<Measure, Long> sorted = new EnumMap<>(Measure.class);
    sorted.putAll(totals);
    totals = Collections.unmodifiableMap(sorted);
  }

  /**
   * The limits of a target.
   *
   * @param teacher cost of the teacher at its best batch
   * @param same cost of the teacher at this batch
   * @param usableBytes memory of the GPU that a server may use
   */
  static TargetBudget of(Target target, ModelCost teacher, ModelCost same, long usableBytes) {
    EnumMap<Measure, Long> totals = new EnumMap<>(Measure.class);
    sizes(target)
        .forEach((measure, limit) ->
            limit.most((long) same.of(measure)).ifPresent(most -> totals.put(measure, most)));
    return new TargetBudget(
        target.throughput().tokensPerSecond(teacher.throughputTokensPerSecond()),
        target.memory().bytes(usableBytes, same.memory().totalBytes()),
        level(target),
        totals);
  }

  static Map<Measure, SizeLimit> sizes(Target target) {
    return new EnumMap<>(
        Map.of(
            Measure.PARAMETERS, target.parameters(),
            Measure.WEIGHT_BYTES, target.weightBytes(),
            Measure.KV_BYTES_PER_TOKEN, target.kvBytesPerToken(),
            Measure.ATTENTION_LAYERS, target.attentionLayers()));
  }

  static ServiceLevel level(Target target) {
    return new ServiceLevel(
        target.maxTimePerToken().seconds(), target.maxTimeToFirstToken().seconds());
  }

  List<ServingLimit> limits() {
    List<ServingLimit> limits = new ArrayList<>();
    if (limitsThroughput()) {
      limits.add(new ServingLimit.Throughput(tokensPerSecond));
    }
    limits.add(new ServingLimit.Memory(memoryBytes));
    if (limitsTimePerToken()) {
      limits.add(new ServingLimit.TimePerOutputToken(level.timePerOutputTokenSeconds()));
    }
    if (limitsTimeToFirstToken()) {
      limits.add(new ServingLimit.TimeToFirstToken(level.timeToFirstTokenSeconds()));
    }
    totals.forEach((measure, most) -> limits.add(new ServingLimit.Total(measure, most)));
    return List.copyOf(limits);
  }

  boolean limitsThroughput() {
    return tokensPerSecond > 0;
  }

  boolean limitsTimePerToken() {
    return Double.isFinite(level.timePerOutputTokenSeconds());
  }

  boolean limitsTimeToFirstToken() {
    return Double.isFinite(level.timeToFirstTokenSeconds());
  }

  /** Whether there are limits on latency. */
  boolean limitsWaits() {
    return limitsTimePerToken() || limitsTimeToFirstToken();
  }

  TargetBudget withThroughput(double other) {
    return new TargetBudget(other, memoryBytes, level, totals);
  }

  /** The throughput per GPU at which a scenario's batch just keeps the time per output token. */
  double throughputOfSlowestTokens(Scenario scenario) {
    return scenario.batch() / (level.timePerOutputTokenSeconds() * scenario.tensorParallel());
  }

  /** The largest ratio of a model's times to their limits; at most 1 if it keeps all. */
  double shortfall(ModelCost cost) {
    return Math.max(
        tokensPerSecond / cost.throughputTokensPerSecond(),
        Math.max(
            cost.timePerOutputTokenSeconds() / level.timePerOutputTokenSeconds(),
            cost.timeToFirstTokenSeconds() / level.timeToFirstTokenSeconds()));
  }

  /** All limits, such as {@code throughput 900 tokens/s and memory 12.00 GiB}. */
  String text() {
    List<String> limits = new ArrayList<>();
    if (limitsThroughput()) {
      limits.add("throughput %.0f tokens/s".formatted(tokensPerSecond));
    }
    limits.add("memory %.2f GiB".formatted(memoryBytes / (double) (1L << 30)));
    limits.addAll(waits(""));
    totals.forEach((measure, most) -> limits.add(TargetTexts.total(measure, most)));
    return listed(limits);
  }

  /** Joined by commas, the last two by {@code and}. */
  static String listed(List<String> parts) {
    String last = parts.getLast();
    return parts.size() == 1
        ? last
        : String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + last;
  }

  /** The latency limits of a budget, such as {@code 20 ms per output token}. */
  List<String> waits(String before) {
    List<String> waits = new ArrayList<>();
    if (limitsTimePerToken()) {
      waits.add(before + milliseconds(level.timePerOutputTokenSeconds()) + " per output token");
    }
    if (limitsTimeToFirstToken()) {
      waits.add(before + milliseconds(level.timeToFirstTokenSeconds()) + " to the first token");
    }
    return waits;
  }

  /** The same latencies of a model, as predicted. */
  List<String> waitsOf(ModelCost cost) {
    ServiceLevel predicted =
        new ServiceLevel(
            limitsTimePerToken() ? cost.timePerOutputTokenSeconds() : Double.POSITIVE_INFINITY,
            limitsTimeToFirstToken() ? cost.timeToFirstTokenSeconds() : Double.POSITIVE_INFINITY);
    return new TargetBudget(tokensPerSecond, memoryBytes, predicted, totals).waits("");
  }

  static String milliseconds(double seconds) {
    BigDecimal rounded = BigDecimal.valueOf(1e3 * seconds).round(new MathContext(4));
    return rounded.stripTrailingZeros().toPlainString() + " ms";
  }
}
