package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and metrics against the same computation in plain array operations. */
class LossKernelsTest {

  private static final int ROWS = 2;
  private static final int TOKENS = 5;

  private final NDManager manager = NDManager.newBaseManager();
  private BlockRunner runner;

  @BeforeEach
  void open() {
    runner = new BlockRunner(manager, TinyModel.config(1), Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    runner.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void blockLossIsTheNormalisedSquareError(long seed) {
    NDArray teacher = hidden(seed);
    requireSame(
        hidden(seed + 100),
        child -> call("block_loss", child, teacher),
        child -> NdArrayReference.blockLoss(child, teacher));
  }

  @Test
  void blockLossIsZeroForTheTeacherAndOneForSilence() {
    NDArray teacher = hidden(1);
    assertThat(call("block_loss", teacher, teacher).getFloat()).isZero();
    assertThat(call("block_loss", teacher.mul(0), teacher).getFloat()).isCloseTo(1, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void distillationLossIsTheMeanDivergence(long seed) {
    NDArray teacher = logits(seed);
    requireSame(
        logits(seed + 100),
        child -> call("distillation_loss", child, teacher),
        child -> NdArrayReference.divergence(child, teacher).mean());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void cosineLossIsOneMinusTheMeanCosine(long seed) {
    NDArray teacher = hidden(seed);
    requireSame(
        hidden(seed + 100),
        child -> call("cosine_loss", child, teacher),
        child -> NdArrayReference.cosineLoss(child, teacher));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tokenLossIsTheWeightedMeanOfNegativeLogLikelihood(long seed) {
    NDArray targets = targets(seed);
    NDArray weights = TinyModel.normal(manager, seed + 7, ROWS, TOKENS).abs();
    requireSame(
        logits(seed),
        logits -> call("token_loss", logits, targets, weights),
        logits -> NdArrayReference.tokenLoss(logits, targets, weights));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void metricsAreDivergenceLossAndRankOfEachPosition(long seed) {
    NDArray logits = logits(seed);
    NDArray teacher = logits(seed + 100);
    NDArray targets = targets(seed);
    float[] metrics = runner.tokenMetrics(logits, teacher, targets).toFloatArray();

    float[] divergence = NdArrayReference.divergence(logits, teacher).toFloatArray();
    float[] likelihood = NdArrayReference.logLikelihood(logits, targets).toFloatArray();
    float[] raw = logits.toFloatArray();
    long[] wanted = targets.toLongArray();
    int positions = ROWS * TOKENS;
    for (int at = 0; at < positions; at++) {
      assertThat(metrics[at]).isCloseTo(divergence[at], within(1e-5f));
      assertThat(metrics[positions + at]).isCloseTo(-likelihood[at], within(1e-5f));
      assertThat(metrics[2 * positions + at]).isEqualTo(rank(raw, at, (int) wanted[at]));
    }
  }

  @Test
  void noPositionDivergesFromItself() {
    NDArray logits = logits(1);
    float[] metrics = runner.tokenMetrics(logits, logits, targets(1)).toFloatArray();
    for (int at = 0; at < ROWS * TOKENS; at++) {
      assertThat(metrics[at]).isZero();
    }
  }

  /** Logits far from 0, and a child very near: differences of large numbers would not do. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void divergenceFromAReferenceIsTheSameAndExactForSmallDifferences(long seed) {
    NDArray teacher = logits(seed).mul(3).add(60);
    NDArray child = teacher.add(logits(seed + 100).mul(0.01));
    NDArray targets = targets(seed);
    float[] actual = runner.divergence(child, runner.reference(teacher), targets).toFloatArray();
    float[] expected = runner.tokenMetrics(child, teacher, targets).toFloatArray();
    double[] exact = divergence(child.toFloatArray(), teacher.toFloatArray());
    int positions = ROWS * TOKENS;
    for (int at = 0; at < positions; at++) {
      assertThat((double) actual[at]).isCloseTo(exact[at], within(1e-6));
      assertThat(actual[positions + at]).isEqualTo(expected[positions + at]);
    }
  }

  @Test
  void aReferenceDoesNotDivergeFromItself() {
    NDArray teacher = logits(1).mul(3).add(60);
    float[] metrics =
        runner.divergence(teacher, runner.reference(teacher), targets(1)).toFloatArray();
    for (int at = 0; at < ROWS * TOKENS; at++) {
      assertThat(metrics[at]).isZero();
    }
  }

  /** Greedy decoding takes the first of equals; a model that knows nothing must not score full. */
  @Test
  void ofEquallyLikelyTokensTheFirstRanksHighest() {
    NDArray logits = manager.zeros(new Shape(1, 4, TinyModel.VOCABULARY));
    NDArray targets = manager.create(new long[] {0, 1, 5, 23}, new Shape(1, 4));
    float[] metrics = runner.tokenMetrics(logits, logits, targets).toFloatArray();
    assertThat(List.of(metrics[8], metrics[9], metrics[10], metrics[11]))
        .containsExactly(0f, 1f, 5f, 23f);
  }

  @Test
  void logitsThatAreNoNumbersHitNothing() {
    NDArray logits = manager.full(new Shape(1, 2, TinyModel.VOCABULARY), Float.NaN);
    NDArray targets = manager.create(new long[] {0, 23}, new Shape(1, 2));
    float[] metrics = runner.tokenMetrics(logits, logits, targets).toFloatArray();
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
      NDArray input, UnaryOperator<NDArray> kernel, UnaryOperator<NDArray> reference) {
    NDArray byKernel = NativeTensors.copy(manager, input);
    NDArray byReference = NativeTensors.copy(manager, input);
    float actual = valueAndGradient(byKernel, kernel);
    float expected = valueAndGradient(byReference, reference);
    assertThat(actual).isCloseTo(expected, within(1e-5f * Math.abs(expected)));
    float largest = byReference.getGradient().abs().max().getFloat();
    assertThat(largest).isPositive();
    assertThat(byKernel.getGradient().toFloatArray())
        .containsExactly(byReference.getGradient().toFloatArray(), within(2e-5f * largest));
  }

  private static float valueAndGradient(NDArray input, UnaryOperator<NDArray> computation) {
    input.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = computation.apply(input);
      collector.backward(loss);
      return loss.getFloat();
    }
  }

  private NDArray call(String method, NDArray first, NDArray... rest) {
    return runner.kernels().call(method, true, first, List.of(rest));
  }

  private NDArray hidden(long seed) {
    return TinyModel.normal(manager, seed, ROWS, TOKENS, TinyModel.HIDDEN);
  }

  private NDArray logits(long seed) {
    return TinyModel.normal(manager, seed, ROWS, TOKENS, TinyModel.VOCABULARY).mul(2);
  }

  private NDArray targets(long seed) {
    long[] ids = new SplittableRandom(seed).longs(ROWS * TOKENS, 0, TinyModel.VOCABULARY).toArray();
    return manager.create(ids, new Shape(ROWS, TOKENS));
  }
}
