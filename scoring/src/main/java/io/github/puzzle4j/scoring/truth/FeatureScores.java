package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The replace-one scores of single features: of a subblock, that of the teacher with it alone. One
 * that was never scored alone has the least score of the layers that contain it.
 */
public final class FeatureScores {

  /** Below the sum of any child that differs from its teacher. */
  static final double LEAST_SUM = 1e-9;

  private final Map<Feature, Double> scores = new HashMap<>();
  private final Map<List<Feature>, Double> pairs = new HashMap<>();

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
    pairs.put(List.of(attention, ffn), score);
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

  /**
   * The sum over the places of a child of a power of their scores: of attention and FFN together
   * where they were scored together.
   */
  double sumOfPowers(Collection<Feature> child, double power) {
    Map<Integer, Feature> attentions = new HashMap<>();
    for (Feature feature : child) {
      if (feature instanceof Feature.InAttention attention) {
        attentions.put(attention.layer(), attention);
      }
    }
    double sum = 0;
    for (Feature feature : child) {
      sum +=
          switch (feature) {
            case Feature.Whole whole -> Math.pow(of(whole), power);
            case Feature.InAttention _ -> 0;
            case Feature.InFfn ffn ->
                layer(Optional.ofNullable(attentions.get(ffn.layer())), ffn, power);
          };
    }
    return sum;
  }

  private double layer(Optional<Feature> attention, Feature ffn, double power) {
    Optional<Double> both = attention.map(one -> pairs.get(List.of(one, ffn)));
    return both.isPresent()
        ? Math.pow(both.get(), power)
        : Math.pow(of(ffn), power) + attention.map(one -> Math.pow(of(one), power)).orElse(0.0);
  }

  /**
   * Which share of the sum of a child's scores each layer has; of a longer span its last.
   *
   * @param layers of the teacher
   */
  double[] shares(Collection<Feature> child, int layers) {
    double[] shares = new double[layers];
    double sum = LEAST_SUM;
    for (Feature feature : child) {
      int layer =
          switch (feature) {
            case Feature.Whole whole -> whole.replacement().span().last();
            case Feature.InAttention attention -> attention.layer();
            case Feature.InFfn ffn -> ffn.layer();
          };
      shares[layer] += of(feature);
      sum += of(feature);
    }
    for (int layer = 0; layer < layers; layer++) {
      shares[layer] /= sum;
    }
    return shares;
  }
}
