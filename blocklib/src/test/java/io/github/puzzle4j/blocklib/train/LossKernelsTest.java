package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.Precision;
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
