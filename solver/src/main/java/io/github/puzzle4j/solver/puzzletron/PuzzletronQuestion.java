package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Sense;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a run. What is left out is taken from the run's earlier result where it has one.
 *
 * @param metric the measure whose sum is optimised, with or without the peer's prefix {@code
 *     metrics.}
 * @param sense which way it is better; told from its name where left out
 * @param limits by the name of a cost ({@code stats.memory_mib}) or of one of the peer's targets
 *     ({@code target_memory} in MiB); costs are those of the whole model
 * @param statsArgs arguments that choose one entry of the run's statistics
 * @param like the earlier result to take settings from, by its folder below {@code
 *     mip/puzzle_solutions}; needed where there are several
 */
public record PuzzletronQuestion(
    Optional<String> metric,
    Optional<Sense> sense,
    Map<String, Limit> limits,
    Map<String, String> statsArgs,
    Optional<String> like) {

  public PuzzletronQuestion {
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    statsArgs = Collections.unmodifiableMap(new LinkedHashMap<>(statsArgs));
  }

  /** Everything as in the run's earlier result. */
  public static PuzzletronQuestion again() {
    return new PuzzletronQuestion(
        Optional.empty(), Optional.empty(), Map.of(), Map.of(), Optional.empty());
  }

  /** The same under these limits. */
  public PuzzletronQuestion withLimits(Map<String, Limit> others) {
    return new PuzzletronQuestion(metric, sense, others, statsArgs, like);
  }

  /** The same for another measure. */
  public PuzzletronQuestion withMetric(String name) {
    return new PuzzletronQuestion(Optional.of(name), sense, limits, statsArgs, like);
  }

  /** The same for the entry of the statistics with these arguments. */
  public PuzzletronQuestion withStatsArgs(Map<String, String> others) {
    return new PuzzletronQuestion(metric, sense, limits, others, like);
  }

  /** The same, optimised that way. */
  public PuzzletronQuestion withSense(Sense other) {
    return new PuzzletronQuestion(metric, Optional.of(other), limits, statsArgs, like);
  }

  /** The same with the settings of that earlier result. */
  public PuzzletronQuestion withLike(String folder) {
    return new PuzzletronQuestion(metric, sense, limits, statsArgs, Optional.of(folder));
  }
}
