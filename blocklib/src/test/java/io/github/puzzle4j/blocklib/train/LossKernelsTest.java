package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and metrics against the same computation in plain tensor operations. */
class LossKernelsTest {

  private static final int ROWS = 2;
  private static final int TOKENS = 5;

  private final DeviceMemory memory = DeviceMemory.open();
  private BlockRunner runner;

  @BeforeEach
  void open() {
    runner = new BlockRunner(memory, TinyModel.common(), Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    runner.close();
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void blockLossIsTheNormalisedSquareError(long seed) {
    DeviceTensor teacher = hidden(seed);
    requireSame(
        hidden(seed + 100),
        child -> Losses.squareError(child, teacher),
        child -> TensorReference.blockLoss(child, teacher));
  }

  @Test
  void blockLossIsZeroForTheTeacherAndOneForSilence() {
    DeviceTensor teacher = hidden(1);
    assertThat(Losses.squareError(teacher, teacher).toFloat()).isZero();
    assertThat(Losses.squareError(teacher.mul(0), teacher).toFloat()).isCloseTo(1, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void distillationLossIsTheMeanDivergence(long seed) {
    DeviceTensor teacher = logits(seed);
    requireSame(
        logits(seed + 100),
        child -> Losses.divergence(child, teacher),
        child -> TensorReference.divergence(child, teacher).mean());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void cosineLossIsOneMinusTheMeanCosine(long seed) {
    DeviceTensor teacher = hidden(seed);
    requireSame(
        hidden(seed + 100),
        child -> Losses.cosine(child, teacher),
        child -> TensorReference.cosineLoss(child, teacher));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tokenLossIsTheWeightedMeanOfNegativeLogLikelihood(long seed) {
    DeviceTensor targets = targets(seed);
    DeviceTensor weights = TinyModel.normal(memory, seed + 7, ROWS, TOKENS).abs();
    requireSame(
        logits(seed),
        logits -> Losses.crossEntropy(logits, targets, weights),
        logits -> TensorReference.tokenLoss(logits, targets, weights));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void metricsAreDivergenceLossAndRankOfEachPosition(long seed) {
    DeviceTensor logits = logits(seed);
    DeviceTensor teacher = logits(seed + 100);
    DeviceTensor targets = targets(seed);
    float[] metrics = runner.tokenMetrics(logits, teacher, targets).toFloats();

    float[] divergence = TensorReference.divergence(logits, teacher).toFloats();
    float[] likelihood = TensorReference.logLikelihood(logits, targets).toFloats();
    float[] raw = logits.toFloats();
    long[] wanted = targets.toLongs();
    int positions = ROWS * TOKENS;
    for (int at = 0; at < positions; at++) {
      assertThat(metrics[at]).isCloseTo(divergence[at], within(1e-5f));
      assertThat(metrics[positions + at]).isCloseTo(-likelihood[at], within(1e-5f));
      assertThat(metrics[2 * positions + at]).isEqualTo(rank(raw, at, (int) wanted[at]));
    }
  }

  @Test
  void noPositionDivergesFromItself() {
    DeviceTensor logits = logits(1);
    float[] metrics = runner.tokenMetrics(logits, logits, targets(1)).toFloats();
    for (int at = 0; at < ROWS * TOKENS; at++) {
      assertThat(metrics[at]).isZero();
    }
  }

  /** Logits far from 0, and a child very near: differences of large numbers would not do. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void divergenceFromAReferenceIsTheSameAndExactForSmallDifferences(long seed) {
    DeviceTensor teacher = logits(seed).mul(3).add(60);
    DeviceTensor child = teacher.add(logits(seed + 100).mul(0.01f));
    DeviceTensor targets = targets(seed);
    float[] actual = runner.divergence(child, runner.reference(teacher), targets).toFloats();
    float[] expected = runner.tokenMetrics(child, teacher, targets).toFloats();
    double[] exact = divergence(child.toFloats(), teacher.toFloats());
    int positions = ROWS * TOKENS;
    for (int at = 0; at < positions; at++) {
      assertThat((double) actual[at]).isCloseTo(exact[at], within(1e-6));
      assertThat(actual[positions + at]).isEqualTo(expected[positions + at]);
    }
  }

  @Test
  void aReferenceDoesNotDivergeFromItself() {
    DeviceTensor teacher = logits(1).mul(3).add(60);
    float[] metrics = runner.divergence(teacher, runner.reference(teacher), targets(1)).toFloats();
    for (int at = 0; at < ROWS * TOKENS; at++) {
      assertThat(metrics[at]).isZero();
    }
  }

  /** Greedy decoding takes the first of equals; a model that knows nothing must not score full. */
  @Test
  void ofEquallyLikelyTokensTheFirstRanksHighest() {
    DeviceTensor logits = memory.zeros(1, 4, TinyModel.VOCABULARY);
    DeviceTensor targets = memory.longs(new long[] {0, 1, 5, 23}, 1, 4);
    float[] metrics = runner.tokenMetrics(logits, logits, targets).toFloats();
    assertThat(List.of(metrics[8], metrics[9], metrics[10], metrics[11]))
        .containsExactly(0f, 1f, 5f, 23f);
  }

  @Test
  void logitsThatAreNoNumbersHitNothing() {
    DeviceTensor logits = memory.full(Float.NaN, 1, 2, TinyModel.VOCABULARY);
    DeviceTensor targets = memory.longs(new long[] {0, 23}, 1, 2);
    float[] metrics = runner.tokenMetrics(logits, logits, targets).toFloats();
    assertThat(List.of(metrics[4], metrics[5])).containsOnly((float) TinyModel.VOCABULARY);
  }

  private static double[] divergence(float[] child, float[] teacher) {
    double[] divergence = new double[ROWS * TOKENS];
    for (int at = 0; at < divergence.length; at++) {
      double ours = logSum(child, at);
      double theirs = logSum(teacher, at);
      for (int i = at * TinyModel.VOCABULARY; i < (at + 1) * TinyModel.VOCABULARY; i++) {
        double wanted = teacher[i] - theirs;
        divergence[at] += Math.exp(wanted) * (wanted - (child[i] - ours));
      }
    }
    return divergence;
  }

  private static double logSum(float[] logits, int position) {
    double sum = 0;
    for (int token = 0; token < TinyModel.VOCABULARY; token++) {
      sum += Math.exp(logits[position * TinyModel.VOCABULARY + token]);
    }
    return Math.log(sum);
  }

  private static float rank(float[] logits, int position, int target) {
    int from = position * TinyModel.VOCABULARY;
    int ahead = 0;
    for (int token = 0; token < TinyModel.VOCABULARY; token++) {
      if (logits[from + token] > logits[from + target]) {
        ahead++;
      }
    }
    return ahead;
  }

  private void requireSame(
      DeviceTensor input,
      UnaryOperator<DeviceTensor> kernel,
      UnaryOperator<DeviceTensor> reference) {
    DeviceTensor byKernel = input.copy(memory);
    DeviceTensor byReference = input.copy(memory);
    float actual = valueAndGradient(byKernel, kernel);
    float expected = valueAndGradient(byReference, reference);
    assertThat(actual).isCloseTo(expected, within(1e-5f * Math.abs(expected)));
    float largest = byReference.gradient().abs().max().toFloat();
    assertThat(largest).isPositive();
    assertThat(byKernel.gradient().toFloats())
        .containsExactly(byReference.gradient().toFloats(), within(2e-5f * largest));
  }

  private static float valueAndGradient(
      DeviceTensor input, UnaryOperator<DeviceTensor> computation) {
    input.collectGradient(true);
    try (Gradients collector = Gradients.record()) {
      DeviceTensor loss = computation.apply(input);
      collector.backward(loss);
      return loss.toFloat();
    }
  }

  private DeviceTensor hidden(long seed) {
    return TinyModel.normal(memory, seed, ROWS, TOKENS, TinyModel.HIDDEN);
  }

  private DeviceTensor logits(long seed) {
    return TinyModel.normal(memory, seed, ROWS, TOKENS, TinyModel.VOCABULARY).mul(2);
  }

  private DeviceTensor targets(long seed) {
    long[] ids = new SplittableRandom(seed).longs(ROWS * TOKENS, 0, TinyModel.VOCABULARY).toArray();
    return memory.longs(ids, ROWS, TOKENS);
  }
}
