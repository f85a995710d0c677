package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.search.plan.CacheFormat;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.plan.WeightsFormat;
import io.github.puzzle4j.search.rounds.EvolutionSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes a target's settings for the report, without defaults. */
final class TargetTexts {

  private static final double GIB = 1L << 30;

  private TargetTexts() {}

  static String scenario(Target.Scenario asked, Scenario scenario) {
    List<String> parts = new ArrayList<>();
    parts.add("%d tokens in".formatted(scenario.inputTokens()));
    parts.add("%d out".formatted(scenario.outputTokens()));
    ServingFormat format = scenario.format();
    parts.add(
        format.equals(ServingFormat.BF16)
            ? "bf16"
            : format + source(asked.weights(), asked.kvCache()));
    parts.add("batch %d".formatted(scenario.batch()));
    if (scenario.tensorParallel() > 1) {
      parts.add("tensor parallel on %d GPUs".formatted(scenario.tensorParallel()));
    }
    if (scenario.memoryUtilisation() != Scenario.DEFAULT_MEMORY_UTILISATION) {
      parts.add(
          String.format(
              Locale.ROOT, "%.0f %% of the memory used", 100 * scenario.memoryUtilisation()));
    }
    if (scenario.reserveBytes() != Scenario.DEFAULT_RESERVE_BYTES) {
      parts.add(
          String.format(Locale.ROOT, "%.2f GiB of it in reserve", scenario.reserveBytes() / GIB));
    }
    return String.join(", ", parts);
  }

  private static String source(WeightsFormat weights, CacheFormat cache) {
    boolean isStored =
        weights instanceof WeightsFormat.Stored || cache instanceof CacheFormat.Stored;
    return isStored ? " as the teacher is stored" : "";
  }

  static String rival(EvolutionSearch.Evolved evolved) {
    return String.format(
        Locale.ROOT,
        "evolution measured %,d children in %,d generations: %,d tokens through a layer, as many as"
            + " scores and rounds took.",
        evolved.children(),
        evolved.generations(),
        evolved.effort().layerTokens());
  }

  static String budget(Target target, TargetBudget budget) {
    List<String> parts = new ArrayList<>();
    if (budget.limitsThroughput()) {
      parts.add(
          String.format(
              Locale.ROOT,
              "at least %,.0f tokens/s (%s)",
              budget.tokensPerSecond(),
              target.throughput()));
    }
    parts.add(String.format(Locale.ROOT, "at most %.2f GiB", budget.memoryBytes() / GIB));
    parts.addAll(budget.waits("at most "));
    budget.totals().forEach((measure, most) -> parts.add("at most " + total(measure, most)));
    return String.join(", ", parts);
  }

  /** A sum of whole numbers over a model, such as {@code 1,234 parameters}. */
  static String total(Measure measure, long number) {
    return switch (measure) {
      case PARAMETERS -> String.format(Locale.ROOT, "%,d parameters", number);
      case WEIGHT_BYTES -> String.format(Locale.ROOT, "%.3f GiB of weights", number / GIB);
      case KV_BYTES_PER_TOKEN ->
          String.format(Locale.ROOT, "%,d bytes of KV cache per token", number);
      case ATTENTION_LAYERS -> String.format(Locale.ROOT, "%d layers with attention", number);
      case RUNTIME_SECONDS, FIRST_TOKEN_SECONDS, MEMORY_BYTES ->
          throw new IllegalArgumentException("measure=%s is no whole number".formatted(measure));
    };
  }

  /** The name of a limit on a measure, for users. */
  static String limit(Measure measure) {
    return switch (measure) {
      case RUNTIME_SECONDS -> "throughput or time per token";
      case FIRST_TOKEN_SECONDS -> "time to the first token";
      case MEMORY_BYTES -> "memory";
      case WEIGHT_BYTES -> "weights";
      case PARAMETERS -> "parameters";
      case KV_BYTES_PER_TOKEN -> "KV cache per token";
      case ATTENTION_LAYERS -> "layers with attention";
    };
  }

  /** Remarks on the child's costs. */
  static List<String> notes(TargetBudget budget, ModelCost child) {
    List<String> notes = new ArrayList<>();
    if (budget.limitsWaits()) {
      notes.add(
          "The child is predicted to take %s%s."
              .formatted(
                  TargetBudget.listed(budget.waitsOf(child)),
                  budget.limitsTimeToFirstToken() ? ", the latter with low confidence" : ""));
    }
    ServingFormat format = child.scenario().format();
    if (!format.equals(ServingFormat.BF16)) {
      notes.add(
          "Costs are those of %s; KL and loss are those of the exported files, in bf16, before the engine quantises them."
              .formatted(format));
    }
    return List.copyOf(notes);
  }
}
