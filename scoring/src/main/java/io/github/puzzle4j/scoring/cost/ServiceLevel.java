package io.github.puzzle4j.scoring.cost;

/**
 * Limits on latency.
 *
 * @param timePerOutputTokenSeconds at most, or infinite
 * @param timeToFirstTokenSeconds at most, or infinite; such predictions are of low confidence
 */
public record ServiceLevel(double timePerOutputTokenSeconds, double timeToFirstTokenSeconds) {

  /** No limits. */
  public static final ServiceLevel NONE =
      new ServiceLevel(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  public ServiceLevel {
    if (!(timePerOutputTokenSeconds > 0) || !(timeToFirstTokenSeconds > 0)) {
      throw new IllegalArgumentException(
          "timePerOutputTokenSeconds=%s, timeToFirstTokenSeconds=%s: both must be above 0"
              .formatted(timePerOutputTokenSeconds, timeToFirstTokenSeconds));
    }
  }

  /** Whether a model keeps both limits. */
  public boolean isKeptBy(ModelCost cost) {
    return cost.timePerOutputTokenSeconds() <= timePerOutputTokenSeconds
        && cost.timeToFirstTokenSeconds() <= timeToFirstTokenSeconds;
  }
}
