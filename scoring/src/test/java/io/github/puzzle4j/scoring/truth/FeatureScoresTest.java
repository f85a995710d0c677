package io.github.puzzle4j.scoring.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureScoresTest {

  private static final Pieces PIECES = new Pieces(3);
  private static final Layer OWN = Pieces.layer(0);
  private static final Layer OTHER_FFN = Pieces.layer(1);
  private static final Layer OTHER_ATTENTION = Pieces.layer(2);
  private static final Layer BOTH = Pieces.layer(3);
  private static final Replacement WIDE = new Replacement(new Span(1, 2), List.of(OTHER_FFN));

  private static FeatureScores of(ReplacementScore... scores) {
    return new FeatureScores(
        PIECES.teacher(), new ScoreTable(List.of(scores)), ScoreObjective.of(Metric.KL_DIVERGENCE));
  }

  private static ReplacementScore score(int layer, Layer instead, double divergence) {
    return Pieces.score(Replacement.of(layer, instead), divergence);
  }

  @Test
  void aChildHasTwoFeaturesInALayerAndOneInASpan() {
    Child child = new Child(PIECES.teacher(), List.of(Replacement.of(0, BOTH), WIDE));

    assertThat(Feature.of(child))
        .containsExactly(
            new Feature.InAttention(0, BOTH.attention()),
            new Feature.InFfn(0, BOTH.ffn()),
            new Feature.Whole(WIDE));
    assertThat(Feature.of(PIECES.child(1, 1, 1)))
        .hasSize(6)
        .contains(
            new Feature.InFfn(2, OTHER_FFN.ffn()), new Feature.InAttention(1, OWN.attention()));
  }

  @Test
  void aSubblockHasTheScoreOfTheTeacherWithItAlone() {
    FeatureScores scores =
        of(
            score(1, OWN, 0.001),
            score(1, OTHER_FFN, 0.031),
            score(1, OTHER_ATTENTION, 0.011),
            score(1, BOTH, 0.101),
            Pieces.score(WIDE, 0.051));

    assertThat(scores.of(new Feature.InFfn(1, OTHER_FFN.ffn()))).isCloseTo(0.03, within(1e-12));
    assertThat(scores.of(new Feature.InAttention(1, BOTH.attention())))
        .isCloseTo(0.01, within(1e-12));
    assertThat(scores.of(new Feature.Whole(WIDE))).isCloseTo(0.05, within(1e-12));
    assertThat(scores.of(new Feature.InFfn(1, OWN.ffn()))).isZero();
    assertThat(scores.of(new Feature.InAttention(1, OWN.attention()))).isZero();
    assertThat(scores.of(new Feature.InFfn(2, OTHER_FFN.ffn()))).as("not scored").isZero();
  }

  @Test
  void aPairThatIsBetterThanItsSubblocksLeavesTheirScores() {
    FeatureScores scores =
        of(
            score(0, OWN, 0),
            score(0, BOTH, 0.02),
            score(0, OTHER_FFN, 0.03),
            score(0, OTHER_ATTENTION, 0.01));

    assertThat(scores.of(new Feature.InFfn(0, OTHER_FFN.ffn()))).isEqualTo(0.03);
    assertThat(scores.of(new Feature.InAttention(0, OTHER_ATTENTION.attention()))).isEqualTo(0.01);
  }

  @Test
  void aSubblockThatWasNotScoredAloneHasTheLeastScoreOfTheLayersThatContainIt() {
    FeatureScores scores =
        of(
            score(0, OWN, 0),
            score(0, BOTH, 0.05),
            score(0, new Layer(OTHER_ATTENTION.attention(), new NoFfn()), 0.02));

    assertThat(scores.of(new Feature.InAttention(0, BOTH.attention()))).isEqualTo(0.02);
    assertThat(scores.of(new Feature.InFfn(0, BOTH.ffn()))).isEqualTo(0.05);
  }

  @Test
  void scoresAreDivergencesAndNotBelowTheTeachers() {
    FeatureScores scores =
        of(score(0, OWN, 0), score(0, OTHER_FFN, 0.03), score(0, OTHER_ATTENTION, -0.0002));

    assertThat(scores.of(new Feature.InFfn(0, OTHER_FFN.ffn()))).isEqualTo(0.03);
    assertThat(scores.of(new Feature.InAttention(0, OTHER_ATTENTION.attention()))).isZero();
  }
}
