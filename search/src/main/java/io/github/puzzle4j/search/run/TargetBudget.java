package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.ServingLimit;
import java.util.List;

/**
 * A target's limits in numbers.
 *
 * @param tokensPerSecond the least throughput
 * @param memoryBytes the most memory
 */
public record TargetBudget(double tokensPerSecond, long memoryBytes) {

  List<ServingLimit> limits() {
    return List.of(
        new ServingLimit.Throughput(tokensPerSecond), new ServingLimit.Memory(memoryBytes));
  }

  TargetBudget withThroughput(double other) {
    return new TargetBudget(other, memoryBytes);
  }
}
