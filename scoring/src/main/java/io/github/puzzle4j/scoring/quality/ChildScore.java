package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The quality of a whole child on the sequences of a text. The parts of two children on one text
 * are paired, so that the error of their difference is that of the differences.
 *
 * @param child the child
 * @param metrics of each metric that was measured the part of each sequence
 */
public record ChildScore(Child child, Map<Metric, List<Score.Part>> metrics) {

  public ChildScore {
    Map<Metric, List<Score.Part>> copy = new EnumMap<>(Metric.class);
    metrics.forEach((metric, parts) -> copy.put(metric, List.copyOf(parts)));
    metrics = Collections.unmodifiableMap(copy);
  }

  /** The score in one metric. */
  public Score in(Metric metric) {
    return mean(metric).score();
  }

  /**
   * The mean of one metric.
   *
   * @throws IllegalArgumentException if it was not measured
   */
  public TokenMean mean(Metric metric) {
    List<Score.Part> parts = metrics.get(metric);
    if (parts == null) {
      throw new IllegalArgumentException("%s of a child was not measured".formatted(metric.id()));
    }
    return TokenMean.of(parts);
  }
}
