package io.github.puzzle4j.search.bench.solve;

import java.time.Duration;
import java.util.List;

/**
 * What is measured: instances of the first one's size, then frontiers, then the other instances.
 *
 * @param instances on which single problems are solved
 * @param frontiers on which 50 budgets of one limit are solved
 * @param backends plain ones, in the order of their turns: each has as long as the fastest before
 *     it took
 * @param repetitions of every solve of ours, and of the plain ones that take under a second; the
 *     median counts
 * @param timeLimit of one solve
 * @param overallLimit after it no further instance or frontier is begun
 * @param warmUp how long small problems are solved beforehand
 * @param seed of the backends' random choices
 */
public record BenchSettings(
    List<Instance> instances,
    List<Instance> frontiers,
    List<String> backends,
    int repetitions,
    Duration timeLimit,
    Duration overallLimit,
    Duration warmUp,
    long seed) {

  public BenchSettings {
    instances = List.copyOf(instances);
    frontiers = List.copyOf(frontiers);
    backends = List.copyOf(backends);
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions must be at least 1, found " + repetitions);
    }
  }
}
