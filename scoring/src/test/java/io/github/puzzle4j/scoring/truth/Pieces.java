package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Children with one of four layers at each place, numbered from the teacher's own one. */
final class Pieces {

  static final int OPTIONS = 4;

  private static final Layer OWN = Layer.llama(new AttentionShape(8, 4, 8), 176);
  private static final List<Attention> ATTENTION = List.of(OWN.attention(), new NoAttention());
  private static final List<Ffn> FFN = List.of(OWN.ffn(), new GatedFfn(88));

  private final Model teacher;

  Pieces(int layers) {
    this.teacher =
        Model.uniform(
            CommonParts.llama(100, 64, 10_000, 128, true, SpecialTokens.none()), layers, OWN);
  }

  Model teacher() {
    return teacher;
  }

  static Layer layer(int option) {
    return new Layer(ATTENTION.get(option / 2), FFN.get(option % 2));
  }

  Child child(int... options) {
    return Child.of(teacher, IntStream.of(options).mapToObj(Pieces::layer).toList());
  }

  /**
   * Replace-one scores: those of subblocks as given, that of a pair a tenth above their sum.
   *
   * @param attention score of the other attention, by layer
   * @param ffn score of the other FFN, by layer
   */
  FeatureScores scores(double[] attention, double[] ffn) {
    List<ReplacementScore> scores = new ArrayList<>();
    for (int layer = 0; layer < attention.length; layer++) {
      scores.add(score(Replacement.of(layer, layer(0)), 0));
      scores.add(score(Replacement.of(layer, layer(1)), ffn[layer]));
      scores.add(score(Replacement.of(layer, layer(2)), attention[layer]));
      scores.add(score(Replacement.of(layer, layer(3)), 1.1 * (attention[layer] + ffn[layer])));
    }
    return new FeatureScores(
        teacher, new ScoreTable(scores), ScoreObjective.of(Metric.KL_DIVERGENCE));
  }

  /** A loss of 2 nats beside a divergence. */
  static ReplacementScore score(Replacement replacement, double divergence) {
    return new ReplacementScore(
        replacement,
        Map.of(
            Metric.KL_DIVERGENCE, TokenMean.exactly(divergence, 2),
            Metric.LM_LOSS, TokenMean.exactly(2 + divergence / 2, 2)));
  }
}
