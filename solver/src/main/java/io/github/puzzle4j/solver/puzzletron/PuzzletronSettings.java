package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Sense;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the problem to build from a run. Defaults are taken from the run's earlier result, if
 * there is one.
 *
 * @param metric the metric whose sum is optimised, with or without Puzzletron's prefix {@code
 *     metrics.}
 * @param sense direction of optimisation; derived from the metric's name by default
 * @param limits by name of a cost ({@code stats.memory_mib}) or of one of Puzzletron's targets
 *     ({@code target_memory} in MiB); costs are those of the whole model
 * @param statsArgs arguments that select one entry of the run's statistics
 * @param like the earlier result to take settings from, by its folder below {@code
 *     mip/puzzle_solutions}; required if there are several
 */
public record PuzzletronSettings(
    Optional<String> metric,
    Optional<Sense> sense,
    Map<String, Limit> limits,
    Map<String, String> statsArgs,
    Optional<String> like) {

  public PuzzletronSettings {
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    statsArgs = Collections.unmodifiableMap(new LinkedHashMap<>(statsArgs));
  }

  /** All settings from the run's earlier result. */
  public static PuzzletronSettings ofEarlierResult() {
    return new PuzzletronSettings(
        Optional.empty(), Optional.empty(), Map.of(), Map.of(), Optional.empty());
  }

  /** Returns a copy with these limits. */
  public PuzzletronSettings withLimits(Map<String, Limit> others) {
    return new PuzzletronSettings(metric, sense, others, statsArgs, like);
  }

  /** Returns a copy with another metric. */
  public PuzzletronSettings withMetric(String name) {
    return new PuzzletronSettings(Optional.of(name), sense, limits, statsArgs, like);
  }

  /** Returns a copy that selects the statistics with these arguments. */
  public PuzzletronSettings withStatsArgs(Map<String, String> others) {
    return new PuzzletronSettings(metric, sense, limits, others, like);
  }

  /** Returns a copy with another direction of optimisation. */
  public PuzzletronSettings withSense(Sense other) {
    return new PuzzletronSettings(metric, Optional.of(other), limits, statsArgs, like);
  }

  /** Returns a copy that takes settings from that earlier result. */
  public PuzzletronSettings withLike(String folder) {
    return new PuzzletronSettings(metric, sense, limits, statsArgs, Optional.of(folder));
  }
}
