package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vocabulary is so large that the positions of a batch take three slices. */
class LanguageHeadTest {

  private static final int VOCABULARY = 60_000;
  private static final int HIDDEN = 8;
  private static final int ROWS = 3;
  private static final int TOKENS = 100;
  private static final float SHARE = 0.5f;

  private final DeviceMemory memory = DeviceMemory.open();
  private BlockRunner runner;
  private LanguageHead head;
  private LanguageHead teacher;
  private DeviceTensor hidden;
  private DeviceTensor teacherHidden;

  @BeforeEach
  void open() {
    RandomGenerator random = new SplittableRandom(5);
    runner =
        new BlockRunner(
            memory,
            CommonParts.llama(VOCABULARY, HIDDEN, 10_000, 1024, true, SpecialTokens.none()),
            Precision.FLOAT32);
    head = head();
    teacher = head();
    hidden = memory.normal(random, 1, DeviceTensor.shapeOf(ROWS, TOKENS, HIDDEN));
    teacherHidden = memory.normal(random, 1, DeviceTensor.shapeOf(ROWS, TOKENS, HIDDEN));
  }

  @AfterEach
  void free() {
    memory.close();
  }

  private LanguageHead head() {
    DeviceTensor table =
        memory.normal(new SplittableRandom(6), 1, DeviceTensor.shapeOf(VOCABULARY, HIDDEN));
    return new LanguageHead(memory.newScope(), runner, memory.ones(HIDDEN), table);
  }

  /** Targets of which some do not count, a whole slice among them. */
  private static TokenBatch text() {
    SplittableRandom random = new SplittableRandom(8);
    List<int[]> rows = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(random.ints(TOKENS, 0, VOCABULARY).toArray());
      float[] counts = new float[TOKENS];
      for (int t = 0; t < TOKENS; t++) {
        counts[t] = row == 1 ? 0 : random.nextInt(3);
      }
      weights.add(counts);
    }
    return new TokenBatch(rows, weights, VOCABULARY);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "0.5, 2"})
  void slicesGiveTheLossAndTheGradientsOfTheWhole(double kl, double lm) {
    TokenBatch text = text();
    List<float[]> expected = new ArrayList<>();
    LanguageHead same =
        new LanguageHead(
            memory.newScope(), runner, head.norm().copy(memory), head.table().copy(memory));
    List<DeviceTensor> learned = List.of(head.norm(), head.table(), hidden);
    learned.forEach(tensor -> tensor.collectGradient(true));
    same.norm().collectGradient(true);
    same.table().collectGradient(true);
    float mean;
    try (Gradients gradients = Gradients.record();
        DeviceMemory scope = memory.newScope()) {
      DeviceTensor logits = head.logits(hidden.alias(scope));
      DeviceTensor target = teacher.logits(teacherHidden.alias(scope));
      DeviceTensor likelihood =
          Losses.crossEntropy(logits, text.targets(scope), text.weights(scope)).mul((float) lm);
      DeviceTensor loss = Losses.divergence(logits, target).mul((float) kl).add(likelihood);
      mean = gradients.backward(loss, SHARE);
      learned.forEach(tensor -> expected.add(tensor.gradient(scope).toFloats()));
    }
    try (Gradients gradients = Gradients.record();
        DeviceMemory scope = memory.newScope()) {
      LanguageHead.Wanted wanted =
          new LanguageHead.Wanted(
              teacher, teacherHidden, text.targets(scope), text.relativeWeights(scope));
      LanguageHead.PredictionLoss sliced =
          same.loss(
              scope, gradients, hidden.alias(scope), wanted, new RepairLoss(kl, 0, lm), SHARE);

      assertThat(sliced.mean()).isCloseTo(mean, within(1e-5f));
      requireNear(same.norm().gradient(scope), expected.get(0), 1e-5);
      requireNear(same.table().gradient(scope), expected.get(1), 1e-7);
      requireNear(sliced.gradient(), expected.get(2), 1e-7);
    }
  }

  /** One comparison of all: half a million assertions take half a minute. */
  private static void requireNear(DeviceTensor tensor, float[] expected, double gap) {
    float[] actual = tensor.toFloats();
    assertThat(actual).hasSameSizeAs(expected);
    double largest =
        IntStream.range(0, actual.length)
            .mapToDouble(i -> Math.abs((double) actual[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(largest).isLessThanOrEqualTo(gap);
  }

  @Test
  void slicesGiveTheMetricsOfTheWhole() {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(random.ints(TOKENS, 0, VOCABULARY).toArray());
    }
    TokenBatch batch = TokenBatch.ofAllTokens(rows, VOCABULARY);
    List<PositionMetric> metrics =
        List.of(
            (model, wanted) -> model.logProbabilities().sub(wanted.logProbabilities()).sum(2),
            (model, wanted) -> model.targetRank(),
            (model, wanted) -> wanted.hidden().sum(2));
    Predictions whole = predictions(head, hidden, batch);
    Predictions reference = predictions(teacher, teacherHidden, batch);

    List<List<float[]>> compared =
        head.compare(List.of(hidden, teacherHidden), teacher, teacherHidden, batch, metrics);

    assertThat(compared).hasSize(2);
    for (int metric = 0; metric < metrics.size(); metric++) {
      assertThat(compared.getFirst().get(metric))
          .containsExactly(
              metrics.get(metric).of(whole, reference).toFloats(), within(metric == 0 ? 1f : 0f));
      assertThat(compared.getLast().get(metric))
          .containsExactly(
              metrics.get(metric).of(predictions(head, teacherHidden, batch), reference).toFloats(),
              within(metric == 0 ? 1f : 0f));
    }
  }

  private Predictions predictions(LanguageHead own, DeviceTensor states, TokenBatch batch) {
    return new Predictions(
        states.reshape(1, ROWS * TOKENS, HIDDEN),
        own::logits,
        batch.targets(memory).reshape(1, ROWS * TOKENS));
  }

  /** What metrics share is computed once for all of them, and the teacher's for all models. */
  @Test
  void noPartOfThePredictionsIsComputedTwice() {
    TokenBatch batch = TokenBatch.ofAllTokens(List.of(new int[TOKENS]), VOCABULARY);
    DeviceTensor states = hidden.slice(0, 0, 1);
    DeviceTensor reference = teacherHidden.slice(0, 0, 1);
    AtomicInteger heads = new AtomicInteger();
    Predictions own =
        new Predictions(
            states,
            x -> {
              heads.incrementAndGet();
              return head.logits(x);
            },
            batch.targets(memory));
    own.targetRank();
    own.greedy();
    own.probabilities();
    own.negativeEntropy();
    own.targetRank();
    assertThat(heads).hasValue(1);
    own.logits();
    assertThat(heads).as("logits after they were freed").hasValue(2);
    PositionMetric statesAlone = (model, wanted) -> model.hidden().sub(wanted.hidden()).sum(2);
    assertThat(head.compare(List.of(states), teacher, reference, batch, List.of(statesAlone)))
        .hasSize(1);
  }

  @Test
  void targetsOutsideOfTheVocabularyAreRefused() {
    TokenBatch batch = TokenBatch.ofAllTokens(List.of(new int[] {0, VOCABULARY}), VOCABULARY + 1);
    DeviceTensor states = memory.zeros(1, 2, HIDDEN);
    assertThatThrownBy(() -> head.compare(List.of(states), teacher, states, batch, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary of " + VOCABULARY);
  }
}
