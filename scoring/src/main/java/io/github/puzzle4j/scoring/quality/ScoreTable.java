package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scores of replacements. */
public final class ScoreTable {

  private final Map<Replacement, ReplacementScore> scores = new LinkedHashMap<>();

  /**
   * A table.
   *
   * @throws IllegalArgumentException if a replacement has two scores
   */
  public ScoreTable(List<ReplacementScore> scores) {
    for (ReplacementScore score : scores) {
      if (this.scores.put(score.replacement(), score) != null) {
        throw new IllegalArgumentException("%s has two scores".formatted(score.replacement().id()));
      }
    }
  }

  /** Scores of 0 in all metrics, for where only costs matter. */
  public static ScoreTable ofZeros(List<Replacement> replacements) {
    Map<Metric, TokenMean> zeros = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      zeros.put(metric, TokenMean.exactly(0, 0));
    }
    return new ScoreTable(
        replacements.stream().map(one -> new ReplacementScore(one, zeros)).toList());
  }

  /** All scores, in the order in which they were given. */
  public List<ReplacementScore> all() {
    return List.copyOf(Collections.unmodifiableCollection(scores.values()));
  }

  /**
   * One score.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ReplacementScore score(Replacement replacement) {
    ReplacementScore score = scores.get(replacement);
    if (score == null) {
      throw new IllegalArgumentException("no score of %s".formatted(replacement.id()));
    }
    return score;
  }
}
