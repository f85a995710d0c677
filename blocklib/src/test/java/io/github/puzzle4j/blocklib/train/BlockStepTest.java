package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockStepTest {

  private static final int STEPS = 40;
  private static final int SEED = 3;

  private final NDManager manager = NDManager.newBaseManager();
  private final ModelConfig config = TinyModel.config(1);

  @AfterEach
  void free() {
    manager.close();
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
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
      BlockWeights weights = weights(1);
      try (OptimizerState state = new OptimizerState(manager, weights.all())) {
        float[] before = weights.attention().get(1).toFloatArray();
        NDArray input = manager.full(shape(), Float.NaN, DataType.FLOAT32);

        boolean taken =
            new BlockStep(runner.kernels(), 1, 0)
                .take(
                    manager,
                    state,
                    0.1,
                    scope -> runner.block(weights, NativeTensors.alias(scope, input), true),
                    scope -> input);

        assertThat(taken).isFalse();
        assertThat(weights.attention().get(1).toFloatArray()).isEqualTo(before);
      }
    }
  }

  private List<Double> losses(Precision precision) throws IOException {
    manager.getEngine().setRandomSeed(SEED);
    try (NDManager scope = manager.newSubManager();
        BlockRunner runner = new BlockRunner(scope, config, precision)) {
      NDArray input = scope.randomNormal(shape());
      NDArray target = runner.block(weights(1), NativeTensors.alias(scope, input), false).mul(1);
      BlockWeights learner = weights(2);
      BlockStep step = new BlockStep(runner.kernels(), 1, 0);
      List<Double> losses = new ArrayList<>();
      try (OptimizerState state = new OptimizerState(scope, learner.all())) {
        for (int i = 0; i <= STEPS; i++) {
          NDArray output = runner.block(learner, NativeTensors.alias(scope, input), false);
          losses.add((double) step.loss(output, target, false).getFloat());
          assertThat(
                  step.take(
                      scope,
                      state,
                      0.02,
                      inner -> runner.block(learner, NativeTensors.alias(inner, input), true),
                      inner -> target))
              .isTrue();
        }
      }
      return losses;
    }
  }

  private BlockWeights weights(int seed) throws IOException {
    TensorSource tensors = TinyModel.teacher(config, seed);
    return BlockWeights.load(manager, config, tensors, 0, BlockVariant.teacher());
  }

  private static Shape shape() {
    return new Shape(4, 16, TinyModel.HIDDEN);
  }
}
