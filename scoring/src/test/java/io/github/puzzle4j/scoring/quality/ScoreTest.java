package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {

  @Test
  void theMeanIsOverTokensAndNotOverSequences() {
    Score score = Score.of(List.of(new Score.Part(10, 1), new Score.Part(10, 9)));
    assertThat(score.mean()).isEqualTo(2);
    assertThat(score.tokens()).isEqualTo(10);
  }

  /** With equal lengths it is the textbook's error of a mean. */
  @Test
  void theErrorOfEqualSequencesIsThatOfTheirMeans() {
    double[] means = {1, 2, 4, 9};
    List<Score.Part> parts = new ArrayList<>();
    for (double mean : means) {
      parts.add(new Score.Part(5 * mean, 5));
    }
    double squares = 9 + 4 + 0 + 25;
    assertThat(Score.of(parts).mean()).isCloseTo(4, within(1e-12));
    assertThat(Score.of(parts).standardError())
        .isCloseTo(Math.sqrt(squares / 3 / 4), within(1e-12));
  }

  /** Sequences of unequal length, whose tokens go together: what repeated sampling shows. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theErrorIsTheSpreadOverRepeatedSamples(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int samples = 3000;
    double sum = 0;
    double squares = 0;
    double errors = 0;
    for (int sample = 0; sample < samples; sample++) {
      List<Score.Part> parts = new ArrayList<>();
      for (int sequence = 0; sequence < 60; sequence++) {
        int tokens = random.nextInt(5, 40);
        double level = random.nextGaussian(2, 1) + 0.02 * tokens;
        double total = 0;
        for (int token = 0; token < tokens; token++) {
          total += random.nextGaussian(level, 0.5);
        }
        parts.add(new Score.Part(total, tokens));
      }
      Score score = Score.of(parts);
      sum += score.mean();
      squares += score.mean() * score.mean();
      errors += score.standardError();
    }
    double spread = Math.sqrt(squares / samples - (sum / samples) * (sum / samples));
    assertThat(errors / samples).isCloseTo(spread, within(0.05 * spread));
  }

  @Test
  void theOrderOfSequencesAndThoseWithoutPredictionsDoNotMatter() {
    SplittableRandom random = new SplittableRandom(4);
    List<Score.Part> parts = new ArrayList<>();
    for (int sequence = 0; sequence < 20; sequence++) {
      parts.add(new Score.Part(random.nextDouble(0, 50), random.nextInt(1, 30)));
    }
    Score score = Score.of(parts);
    List<Score.Part> other = new ArrayList<>(parts);
    other.addAll(Collections.nCopies(7, new Score.Part(0, 0)));
    Collections.shuffle(other, new Random(5));
    assertThat(Score.of(other).mean()).isCloseTo(score.mean(), within(1e-12));
    assertThat(Score.of(other).standardError()).isCloseTo(score.standardError(), within(1e-12));
    assertThat(Score.of(other).tokens()).isEqualTo(score.tokens());
  }

  @Test
  void oneSequenceSaysNothingAboutItsError() {
    assertThat(Score.of(List.of(new Score.Part(6, 3), new Score.Part(0, 0))))
        .isEqualTo(new Score(2, 0, 3));
  }

  @Test
  void noTokenAtAllIsRefused() {
    assertThatThrownBy(() -> Score.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Score.of(List.of(new Score.Part(0, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no predicted token");
  }

  /** The sum that keeps no parts has the mean and the error of all parts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void partsAddUpToTheScoreOfAll(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Score.Part> all = new ArrayList<>();
    ScoreSum sum = new ScoreSum();
    for (int batch = 0; batch < 50; batch++) {
      List<Score.Part> parts = new ArrayList<>();
      for (int row = 0; row < 4; row++) {
        int tokens = random.nextInt(100);
        parts.add(new Score.Part(tokens * (3 + random.nextDouble()), tokens));
      }
      all.addAll(parts);
      sum.add(parts);
    }
    Score whole = Score.of(all);
    assertThat(sum.score().tokens()).isEqualTo(whole.tokens());
    assertThat(sum.score().mean()).isCloseTo(whole.mean(), within(1e-12));
    assertThat(sum.score().standardError()).isCloseTo(whole.standardError(), within(1e-12));
  }
}
