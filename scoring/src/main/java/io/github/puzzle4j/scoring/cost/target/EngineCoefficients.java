package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.scoring.cost.kernel.Positive;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a serving engine adds to its kernels.
 *
 * @param stepMicroseconds for every forward pass: sampling, and host work that nothing hides
 * @param requestMilliseconds for every request before its first token: admission, tokenisation
 * @param provenance where the numbers come from
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record EngineCoefficients(
    double stepMicroseconds, double requestMilliseconds, Provenance provenance) {

  public EngineCoefficients {
    Positive.requireNotNegative("step_microseconds", stepMicroseconds);
    Positive.requireNotNegative("request_milliseconds", requestMilliseconds);
  }
}
