package io.github.puzzle4j.search.bench.solve;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the benchmark. Order: instances of the first one's size, frontiers, other instances.
 *
 * @param instances on which single problems are solved
 * @param frontiers on which 50 budgets of one limit are solved
 * @param backends plain ones, in order: the time limit of each is the time of the fastest before it
 * @param repetitions of every solve of ours, and of plain ones that take under a second; the median
 *     is used
 * @param timeLimit of one solve
 * @param overallLimit after it no further instance or frontier is started
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
