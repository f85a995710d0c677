package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Scores from means of sequences of ten tokens. */
final class Parts {

  private static final int TOKENS = 10;

  private Parts() {}

  static List<Score.Part> of(double... means) {
    return DoubleStream.of(means).mapToObj(mean -> new Score.Part(TOKENS * mean, TOKENS)).toList();
  }

  static ChildScore score(Child child, double... means) {
    return new ChildScore(
        child, Map.of(Metric.KL_DIVERGENCE, of(means), Metric.LM_LOSS, of(means)));
  }
}
