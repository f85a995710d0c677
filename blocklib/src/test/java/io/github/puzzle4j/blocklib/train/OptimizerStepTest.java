package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OptimizerStepTest {

  private static final int STEPS = 40;
  private static final int SEED = 3;
  private static final List<Long> SHAPE = DeviceTensor.shapeOf(4, 16, TinyModel.HIDDEN);

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model model = TinyModel.model(1);

  @AfterEach
  void free() {
    memory.close();
  }

  /** Products are rounded to 8 bits, weights are not: what is learnt is nearly the same. */
  @Test
  void bfloat16LearnsWhatFloat32Learns() throws IOException {
    List<Double> exact = losses(Precision.FLOAT32);
    List<Double> rounded = losses(Precision.BFLOAT16);

    assertThat(exact.getLast()).isLessThan(0.5 * exact.getFirst());
    assertThat(rounded.getFirst()).isCloseTo(exact.getFirst(), within(0.02 * exact.getFirst()));
    assertThat(rounded.getLast()).isCloseTo(exact.getLast(), within(0.1 * exact.getLast()));
    assertThat(rounded).isNotEqualTo(exact);
  }

  @Test
  void aLossThatIsNoNumberChangesNothing() throws IOException {
    try (BlockRunner runner = new BlockRunner(memory, model.common(), Precision.FLOAT32)) {
      BlockWeights weights = weights(1);
      try (OptimizerState state = new OptimizerState(memory, weights.all())) {
        float[] before = query(weights).toFloats();
        DeviceTensor good = memory.normal(new SplittableRandom(SEED), 1, SHAPE);
        DeviceTensor bad = memory.full(Float.NaN, 4, 16, TinyModel.HIDDEN);

        OptimizerStep.Result result =
            new OptimizerStep(1, 0)
                .take(
                    memory,
                    state,
                    0.1,
                    2,
                    (scope, gradients, index, share) ->
                        gradients.backward(
                            loss(runner, weights, index == 0 ? good : bad, good, scope), share));

        assertThat(result.taken()).isFalse();
        assertThat(result.lost()).containsExactly(1);
        assertThat(query(weights).toFloats()).isEqualTo(before);
      }
    }
  }

  /** What had been added before the memory ran out does not count twice. */
  @Test
  void aStepThatRunsOutOfMemoryIsTakenWithLessAtATime() throws IOException {
    assertThat(afterAStep(1)).containsExactly(afterAStep(0));
    assertThatThrownBy(() -> afterAStep(2)).isInstanceOf(OutOfDeviceMemoryException.class);
  }

  /**
   * The query's weights after a step in which the second batch fails so often; once is too much.
   */
  private float[] afterAStep(int failures) throws IOException {
    int[] left = {failures, 1};
    try (BlockRunner runner = new BlockRunner(memory, model.common(), Precision.FLOAT32)) {
      BlockWeights weights = weights(1);
      DeviceTensor target = memory.normal(new SplittableRandom(SEED), 1, SHAPE);
      try (OptimizerState state = new OptimizerState(memory, weights.all())) {
        OptimizerStep.Losses losses =
            new OptimizerStep.Losses() {
              @Override
              public float backward(
                  DeviceMemory scope, Gradients gradients, int index, float share) {
                if (index == 1 && left[0]-- > 0) {
                  throw new OutOfDeviceMemoryException("a product");
                }
                return gradients.backward(loss(runner, weights, target, target, scope), share);
              }

              @Override
              public boolean passLess() {
                return left[1]-- > 0;
              }
            };
        assertThat(new OptimizerStep(1, 0).take(memory, state, 0.1, 2, losses).taken()).isTrue();
        return query(weights).toFloats();
      }
    }
  }

  private List<Double> losses(Precision precision) throws IOException {
    RandomGenerator random = new SplittableRandom(SEED);
    try (DeviceMemory scope = memory.newScope();
        BlockRunner runner = new BlockRunner(scope, model.common(), precision)) {
      DeviceTensor input = scope.normal(random, 1, SHAPE);
      DeviceTensor target = runner.block(weights(1), input.alias(scope)).mul(1);
      BlockWeights learner = weights(2);
      OptimizerStep step = new OptimizerStep(1, 0);
      List<Double> losses = new ArrayList<>();
      try (OptimizerState state = new OptimizerState(scope, learner.all())) {
        for (int i = 0; i <= STEPS; i++) {
          OptimizerStep.Result result =
              step.take(
                  scope,
                  state,
                  0.02,
                  1,
                  (inner, gradients, _, share) ->
                      gradients.backward(loss(runner, learner, input, target, inner), share));
          assertThat(result.taken()).isTrue();
          losses.add(result.loss());
        }
      }
      return losses;
    }
  }

  private static DeviceTensor loss(
      BlockRunner runner,
      BlockWeights weights,
      DeviceTensor input,
      DeviceTensor target,
      DeviceMemory scope) {
    DeviceTensor output = runner.block(weights, input.alias(scope));
    return Losses.squareError(output, target);
  }

  private BlockWeights weights(int seed) throws IOException {
    TensorSource tensors = TinyModel.weights(model, seed);
    return BlockWeights.load(memory, model, tensors, 0);
  }

  private static DeviceTensor query(BlockWeights weights) {
    return Objects.requireNonNull(weights.attention().get(SoftmaxAttention.QUERY));
  }
}
