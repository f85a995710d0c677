package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import java.util.HashMap;
import java.util.Map;

/**
 * The replace-one scores of single features: of a subblock, that of the teacher with it alone. One
 * that was never scored alone has the least score of the layers that contain it.
 */
public final class FeatureScores {

  private final Map<Feature, Double> scores = new HashMap<>();

  /** The scores of a table in what is minimised, each above the teacher's own. */
  public FeatureScores(Model teacher, ScoreTable table, ScoreObjective objective) {
    Map<Integer, Double> own = new HashMap<>();
    for (ReplacementScore score : table.all()) {
      if (score.replacement().keeps(teacher) && score.replacement().span().length() == 1) {
        own.put(score.layer(), objective.of(score));
      }
    }
    Map<Feature, Double> inPairs = new HashMap<>();
    for (ReplacementScore score : table.all()) {
      double above = objective.of(score) - own.getOrDefault(score.layer(), 0.0);
      add(teacher, score.replacement(), Math.max(0, above), inPairs);
    }
    inPairs.forEach(scores::putIfAbsent);
  }

  private void add(
      Model teacher, Replacement replacement, double score, Map<Feature, Double> inPairs) {
    if (replacement.span().length() > 1) {
      scores.put(new Feature.Whole(replacement), score);
      return;
    }
    int layer = replacement.span().first();
    Layer own = teacher.layers().get(layer);
    Layer instead = replacement.instead().getFirst();
    Feature attention = new Feature.InAttention(layer, instead.attention());
    Feature ffn = new Feature.InFfn(layer, instead.ffn());
    boolean sameAttention = instead.attention().equals(own.attention());
    boolean sameFfn = instead.ffn().equals(own.ffn());
    if (sameAttention || sameFfn) {
      scores.put(attention, sameAttention ? 0 : score);
      scores.put(ffn, sameFfn ? 0 : score);
    } else {
      inPairs.merge(attention, score, Math::min);
      inPairs.merge(ffn, score, Math::min);
    }
  }

  /** The score of a feature; 0 for the teacher's own, and for one that was not scored. */
  public double of(Feature feature) {
    return scores.getOrDefault(feature, 0.0);
  }
}
