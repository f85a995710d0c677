package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoreSheetTest {

  private static final Layer LAYER = TinyModel.teacher(1).layers().getFirst();
  private static final Replacement OWN = Replacement.of(0, LAYER);
  private static final Replacement NO_ATTENTION = Replacement.of(0, LAYER.with(new NoAttention()));
  private static final Replacement NO_FFN = Replacement.of(0, LAYER.with(new NoFfn()));
  private static final Replacement NOTHING =
      Replacement.of(0, new Layer(new NoAttention(), new NoFfn()));

  private static final int SEQUENCES = 40;

  /** A loss of the teacher that differs much by sequence, and little that is added to it. */
  private static List<Score.Part> losses(double added, double noise, long seed) {
    SplittableRandom hard = new SplittableRandom(7);
    SplittableRandom random = new SplittableRandom(seed);
    List<Score.Part> parts = new ArrayList<>();
    for (int i = 0; i < SEQUENCES; i++) {
      long tokens = hard.nextInt(5, 15);
      double level = hard.nextGaussian(3, 1) + added + random.nextGaussian(0, noise);
      parts.add(new Score.Part(tokens * level, tokens));
    }
    return parts;
  }

  private static ScoreSheet sheet(Map<Replacement, List<Score.Part>> losses) {
    ScoreSheet sheet = new ScoreSheet(SEQUENCES);
    List<Integer> places = IntStream.range(0, SEQUENCES).boxed().toList();
    losses.forEach((one, parts) ->
        sheet.add(new MeasuredParts(one, Map.of(Metric.LM_LOSS, parts), new Effort(5, 2)), places));
    return sheet;
  }

  @Test
  void aScoreIsTheMeanOverAllSequences() {
    List<Score.Part> parts = losses(0.5, 0.1, 1);
    ScoreSheet sheet = sheet(Map.of(OWN, losses(0, 0, 0), NO_FFN, parts));
    Score score = sheet.score(NO_FFN, OWN).loss();
    assertThat(score.mean()).isCloseTo(Score.of(parts).mean(), within(1e-12));
    assertThat(score.standardError()).isCloseTo(Score.of(parts).standardError(), within(1e-12));
    assertThat(sheet.effort()).isEqualTo(new Effort(10, 4));
  }

  /** The teacher's own is counted once. */
  @Test
  void aSumAddsWhatEachHalfChanges() {
    ScoreSheet sheet =
        sheet(
            Map.of(
                OWN, losses(0, 0, 0), NO_FFN, losses(0.5, 0, 1), NO_ATTENTION, losses(0.25, 0, 2)));
    double own = sheet.score(OWN, OWN).loss().mean();
    ReplacementScore sum = sheet.sum(NOTHING, List.of(NO_FFN, NO_ATTENTION), OWN);
    assertThat(sum.replacement()).isEqualTo(NOTHING);
    assertThat(sum.loss().mean()).isCloseTo(own + 0.75, within(1e-12));
  }

  /** Differences from the teacher have the small error of what is added, not that of the text. */
  @Test
  void errorsOfDifferencesAndSumsAreThoseOfPairs() {
    List<Score.Part> one = losses(0.5, 0.1, 1);
    List<Score.Part> other = losses(0.25, 0.1, 1);
    List<Score.Part> own = losses(0, 0, 0);
    ScoreSheet sheet = sheet(Map.of(OWN, own, NO_FFN, one, NO_ATTENTION, other));
    TokenMean teacher = sheet.score(OWN, OWN).mean(Metric.LM_LOSS);
    TokenMean difference = sheet.score(NO_FFN, OWN).mean(Metric.LM_LOSS).minus(teacher);
    List<Score.Part> differences = new ArrayList<>();
    for (int i = 0; i < SEQUENCES; i++) {
      differences.add(new Score.Part(one.get(i).sum() - own.get(i).sum(), own.get(i).tokens()));
    }
    assertThat(difference.standardError())
        .isCloseTo(Score.of(differences).standardError(), within(1e-12))
        .isLessThan(0.2 * teacher.standardError());
    // Both halves have the same noise, so their errors add up instead of their squares.
    TokenMean sum =
        sheet.sum(NOTHING, List.of(NO_FFN, NO_ATTENTION), OWN).mean(Metric.LM_LOSS).minus(teacher);
    assertThat(sum.standardError()).isCloseTo(2 * difference.standardError(), within(1e-9));
  }

  /** Hard sequences that only the teacher was measured on do not make a replacement look better. */
  @Test
  void aReplacementIsComparedOnTheSequencesThatItWasMeasuredOn() {
    ScoreSheet sheet = sheet(Map.of(OWN, losses(0, 0, 0)));
    List<Integer> few = List.of(3, 4, 5, 6);
    sheet.add(
        new MeasuredParts(
            NO_FFN, Map.of(Metric.LM_LOSS, losses(0.5, 0, 1).subList(3, 7)), Effort.NONE),
        few);
    double own = sheet.score(OWN, OWN).loss().mean();
    assertThat(sheet.score(NO_FFN, OWN).loss().mean()).isCloseTo(own + 0.5, within(1e-12));
    assertThatThrownBy(() -> sheet.score(NO_ATTENTION, OWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not measured");
  }

  @Test
  void anObjectiveWeighsLossesAgainstTheTeacher() {
    ScoreSheet sheet = sheet(Map.of(OWN, losses(0, 0, 0), NO_FFN, losses(0.5, 0, 1)));
    ScoreObjective loss = ScoreObjective.of(Metric.LM_LOSS);
    ReplacementScore own = sheet.score(OWN, OWN);
    assertThat(loss.of(sheet.score(NO_FFN, OWN), own).mean()).isCloseTo(0.5, within(1e-12));
    assertThat(loss.label()).isEqualTo("LM loss");
    assertThatThrownBy(() -> ScoreObjective.of(Metric.KL_DIVERGENCE).of(own, own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kl of L0");
  }
}
