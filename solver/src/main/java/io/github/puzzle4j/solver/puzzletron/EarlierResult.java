package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Sense;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A solution that Puzzletron computed, with its settings.
 *
 * @param folder below {@code mip/puzzle_solutions}
 * @param metric without Puzzletron's prefix
 * @param objective sum of the metric over the chosen blocks
 * @param limits on costs of the whole model, by Puzzletron's names
 * @param statsArgs arguments of the statistics that it used
 */
public record EarlierResult(
    String folder,
    String metric,
    Sense sense,
    double objective,
    Map<String, Limit> limits,
    Map<String, String> statsArgs) {

  /** Settings that change the problem and are not supported. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "forced_removals",
          "axis_options",
          "workload_stats_args",
          "metric_overrides",
          "gathered_metrics_path");

  public EarlierResult {
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    statsArgs = Collections.unmodifiableMap(new LinkedHashMap<>(statsArgs));
  }

  /**
   * @param solution the first solution of the file
   */
  static EarlierResult of(String folder, Value solution) throws IOException {
    Value args = solution.get("puzzle_args");
    requireSupported(args);
    String objective = args.get("objective").text();
    Map<String, Limit> limits = new LinkedHashMap<>();
    Value constraints = args.get("mip_constraints");
    for (String name : constraints.keys()) {
      limits.put(name, limit(constraints.get(name)));
    }
    return new EarlierResult(
        folder,
        Metrics.plain(objective),
        args.flag("bigger_is_better") ? Sense.MAX : Sense.MIN,
        solution.get("total_value").get(objective).number(),
        limits,
        StatisticsFile.texts(solution.get("subblock_stats")));
  }

  private static void requireSupported(Value args) throws InvalidProblemException {
    for (String key : UNSUPPORTED) {
      Optional<Value> value = args.find(key);
      if (value.isPresent() && !value.get().node().isEmpty()) {
        throw value.get().wrong("this setting is not supported; give the limits instead");
      }
    }
    require(args, "score_granularity", "block");
    require(args, "axes_default", "all");
    Optional<Value> parallel = args.find("materialization_tp");
    if (parallel.isPresent() && parallel.get().wholeNumber() > 1) {
      throw parallel.get().wrong("only 1 is supported; give the limits instead");
    }
  }

  private static void require(Value args, String key, String only) throws InvalidProblemException {
    Optional<Value> value = args.find(key);
    if (value.isPresent() && !value.get().text().equals(only)) {
      throw value.get().wrong("only '%s' is supported; give the limits instead".formatted(only));
    }
  }

  private static Limit limit(Value value) throws InvalidProblemException {
    try {
      if (!value.node().isArray()) {
        return new Limit.AtMost(value.number());
      }
      List<Value> sides = value.items();
      if (sides.size() != 2) {
        throw value.wrong("expected [least, largest], found %d numbers".formatted(sides.size()));
      }
      if (sides.getFirst().node().isNull()) {
        return new Limit.AtMost(sides.getLast().number());
      }
      return sides.getLast().node().isNull()
          ? new Limit.AtLeast(sides.getFirst().number())
          : new Limit.Between(sides.getFirst().number(), sides.getLast().number());
    } catch (IllegalArgumentException e) {
      throw value.wrong(String.valueOf(e.getMessage()));
    }
  }
}
