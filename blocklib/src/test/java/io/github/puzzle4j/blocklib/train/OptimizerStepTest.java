package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OptimizerStepTest {

  private static final int STEPS = 40;
  private static final int SEED = 3;
  private static final List<Long> SHAPE = DeviceTensor.shapeOf(4, 16, TinyModel.HIDDEN);

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(1);

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
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      BlockWeights weights = weights(1);
      try (OptimizerState state = new OptimizerState(memory, TinyModel.named(weights.all()))) {
        float[] before = weights.attention().get(1).toFloats();
        DeviceTensor good = memory.normal(1, SHAPE);
        DeviceTensor bad = memory.full(Float.NaN, 4, 16, TinyModel.HIDDEN);

        OptimizerStep.Result result =
            new OptimizerStep(runner.kernels(), 1, 0)
                .take(
                    memory,
                    state,
                    0.1,
                    2,
                    (scope, index) -> loss(runner, weights, index == 0 ? good : bad, good, scope));

        assertThat(result.taken()).isFalse();
        assertThat(result.lost()).containsExactly(1);
        assertThat(weights.attention().get(1).toFloats()).isEqualTo(before);
      }
    }
  }

  private List<Double> losses(Precision precision) throws IOException {
    ComputeDevice.seed(SEED);
    try (DeviceMemory scope = memory.newScope();
        BlockRunner runner = new BlockRunner(scope, config, precision)) {
      DeviceTensor input = scope.normal(1, SHAPE);
      DeviceTensor target = runner.block(weights(1), input.alias(scope), false).mul(1);
      BlockWeights learner = weights(2);
      OptimizerStep step = new OptimizerStep(runner.kernels(), 1, 0);
      List<Double> losses = new ArrayList<>();
      try (OptimizerState state = new OptimizerState(scope, TinyModel.named(learner.all()))) {
        for (int i = 0; i <= STEPS; i++) {
          OptimizerStep.Result result =
              step.take(
                  scope,
                  state,
                  0.02,
                  1,
                  (inner, index) -> loss(runner, learner, input, target, inner));
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
    DeviceTensor output = runner.block(weights, input.alias(scope), true);
    return runner.kernels().call("block_loss", true, output, List.of(target));
  }

  private BlockWeights weights(int seed) throws IOException {
    TensorSource tensors = TinyModel.teacher(config, seed);
    return BlockWeights.load(memory, config, tensors, 0, BlockVariant.teacher());
  }
}
