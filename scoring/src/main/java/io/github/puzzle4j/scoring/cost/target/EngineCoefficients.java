package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.scoring.cost.kernel.Positive;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Overhead of a serving engine in addition to its kernels.
 *
 * @param stepMicroseconds per forward pass: sampling and exposed host work
 * @param requestMilliseconds per request before its first token: admission, tokenisation
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record EngineCoefficients(
    double stepMicroseconds, double requestMilliseconds, Provenance provenance) {

  public EngineCoefficients {
    Positive.requireNotNegative("step_microseconds", stepMicroseconds);
    Positive.requireNotNegative("request_milliseconds", requestMilliseconds);
  }
}
