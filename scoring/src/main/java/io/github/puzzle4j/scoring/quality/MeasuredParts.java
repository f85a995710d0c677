package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of the teacher with exactly one replacement.
 *
 * @param replacement the replacement
 * @param metrics of each metric the part of each sequence, in the order of the text
 * @param effort what it took
 */
public record MeasuredParts(
    Replacement replacement, Map<Metric, List<Score.Part>> metrics, Effort effort) {

  public MeasuredParts {
    Map<Metric, List<Score.Part>> copy = new EnumMap<>(Metric.class);
    metrics.forEach((metric, parts) -> copy.put(metric, List.copyOf(parts)));
    metrics = Collections.unmodifiableMap(copy);
  }

  /** Scores over these sequences. */
  public ReplacementScore score() {
    Map<Metric, TokenMean> means = new EnumMap<>(Metric.class);
    metrics.forEach((metric, parts) -> means.put(metric, TokenMean.of(parts)));
    return new ReplacementScore(replacement, means);
  }

  /** The part of some consecutive sequences, with its share of the effort. */
  public MeasuredParts slice(int from, int to) {
    Map<Metric, List<Score.Part>> some = new EnumMap<>(Metric.class);
    metrics.forEach((metric, parts) -> some.put(metric, parts.subList(from, to)));
    int all = metrics.values().stream().mapToInt(List::size).max().orElse(to - from);
    return new MeasuredParts(
        replacement,
        some,
        new Effort(
            effort.layerTokens() * (to - from) / all, effort.headTokens() * (to - from) / all));
  }

  /** All sequences of both, those of this first. */
  MeasuredParts with(Map<Metric, List<Score.Part>> more, Effort work) {
    Map<Metric, List<Score.Part>> both = new EnumMap<>(Metric.class);
    more.forEach((metric, parts) -> {
      List<Score.Part> joined = new ArrayList<>(metrics.getOrDefault(metric, List.of()));
      joined.addAll(parts);
      both.put(metric, joined);
    });
    return new MeasuredParts(replacement, both, effort.plus(work));
  }
}
