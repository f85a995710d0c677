package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.AttentionTraits.Biases;
import io.github.puzzle4j.blocklib.arch.AttentionTraits.HeadNorm;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with biases, head norms and windows; its outputs are held by the golden logits. */
class AttentionTraitsTest {

  private static final int HEAD = 8;
  private static final int TOKENS = 6;

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_KEY_VALUE, NONE, 0",
    "QUERY_KEY_VALUE, NONE, 2",
    "NONE, QUERY_AND_KEY, 0",
    "NONE, QUERY_AND_KEY, 3",
    "NONE, NONE, 4",
    "ALL, NONE, 0",
    "ALL, NONE, 2",
    "ALL, QUERY_AND_KEY, 0",
    "ALL, QUERY_AND_KEY, 3",
  })
  void mergingEqualHeadsLosesNothing(Biases biases, HeadNorm norm, int window) throws IOException {
    ModelConfig config = config(new AttentionTraits(biases, norm, window));
    List<DeviceTensor> equal = new ArrayList<>(teacher(config));
    int index = 0;
    for (String name : TensorNames.attention(config, new AttentionVariant.Teacher()).keySet()) {
      if (name.contains("k_proj") || name.contains("v_proj")) {
        DeviceTensor first = equal.get(index).slice(0, 0, HEAD);
        equal.set(index, DeviceTensor.concat(List.of(first, first, first, first), 0));
      }
      index++;
    }
    AttentionVariant variant = new AttentionVariant.GroupedQuery(2);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 2, TOKENS, TinyModel.HIDDEN);
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      List<DeviceTensor> merged = new InitialVariants(config).attention(memory, variant, equal);
      assertThat(runner.attention(variant, hidden, merged, false).toFloats())
          .containsExactly(
              runner.attention(new AttentionVariant.Teacher(), hidden, equal, false).toFloats(),
              within(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_KEY_VALUE, NONE, 0",
    "QUERY_KEY_VALUE, NONE, 2",
    "NONE, QUERY_AND_KEY, 0",
    "NONE, QUERY_AND_KEY, 3",
    "NONE, NONE, 4",
    "ALL, NONE, 0",
    "ALL, NONE, 2",
    "ALL, QUERY_AND_KEY, 0",
    "ALL, QUERY_AND_KEY, 3",
  })
  void gradientsAreSlopesOfTheOutput(Biases biases, HeadNorm norm, int window) throws IOException {
    ModelConfig config = config(new AttentionTraits(biases, norm, window));
    List<DeviceTensor> weights = teacher(config);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 2, TOKENS, TinyModel.HIDDEN);
    weights.forEach(array -> array.collectGradient(true));
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      try (Gradients collector = Gradients.record()) {
        collector.backward(value(runner, hidden, weights, true));
      }
      for (int index = 0; index < weights.size(); index++) {
        DeviceTensor direction = TinyModel.normal(memory, 70 + index, weights.get(index).shape());
        double slope =
            (moved(runner, hidden, weights, index, direction.mul(1e-2f))
                    - moved(runner, hidden, weights, index, direction.mul(-1e-2f)))
                / 2e-2;
        double expected = weights.get(index).gradient().mul(direction).sum().toFloat();
        assertThat(slope).isCloseTo(expected, within(0.02 + 0.02 * Math.abs(expected)));
      }
    }
  }

  @Test
  void aWindowHidesWhatLiesBeforeItAndNothingElse() throws IOException {
    ModelConfig config = config(AttentionTraits.PLAIN);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 1, TOKENS, TinyModel.HIDDEN);
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      float[] full = output(runner, new AttentionVariant.Teacher(), hidden, config);
      float[] narrow = output(runner, new AttentionVariant.SlidingWindow(3), hidden, config);
      int seen = 3 * TinyModel.HIDDEN;
      for (int i = 0; i < seen; i++) {
        assertThat(narrow[i]).isCloseTo(full[i], within(1e-5f));
      }
      assertThat(narrow[narrow.length - 1]).isNotCloseTo(full[full.length - 1], within(1e-4f));
      assertThat(output(runner, new AttentionVariant.SlidingWindow(TOKENS), hidden, config))
          .containsExactly(full, within(1e-5f));
    }
  }

  @Test
  void whatCanOnlyBePricedIsNotRun() {
    ModelConfig mixture =
        TinyModel.config(1)
            .with(AttentionTraits.PLAIN, new Experts(4, 2, 8, 0), StoredWeights.PLAIN);
    assertThatThrownBy(() -> new BlockRunner(memory, mixture, Precision.FLOAT32).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 experts per layer");
  }

  private float[] output(
      BlockRunner runner, AttentionVariant variant, DeviceTensor hidden, ModelConfig config)
      throws IOException {
    return runner.attention(variant, hidden, teacher(config), false).toFloats();
  }

  private double moved(
      BlockRunner runner,
      DeviceTensor hidden,
      List<DeviceTensor> weights,
      int index,
      DeviceTensor by) {
    List<DeviceTensor> own = new ArrayList<>(weights);
    own.set(index, weights.get(index).stopGradient().add(by));
    return value(runner, hidden, own, false).toFloat();
  }

  private DeviceTensor value(
      BlockRunner runner, DeviceTensor hidden, List<DeviceTensor> weights, boolean training) {
    DeviceTensor output =
        runner.attention(new AttentionVariant.Teacher(), hidden, weights, training);
    return output.mul(TinyModel.normal(memory, 99, output.shape())).sum();
  }

  private List<DeviceTensor> teacher(ModelConfig config) throws IOException {
    return BlockWeights.load(
            memory, config, TinyModel.teacher(config, 3), 0, BlockVariant.teacher())
        .attention();
  }

  private static ModelConfig config(AttentionTraits traits) {
    return TinyModel.config(1, new AttentionShape(4, 4, HEAD), false)
        .with(traits, Experts.NONE, StoredWeights.PLAIN);
  }
}
