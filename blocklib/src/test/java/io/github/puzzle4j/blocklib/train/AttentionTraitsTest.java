package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
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

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void free() {
    manager.close();
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
    List<NDArray> equal = new ArrayList<>(teacher(config));
    int index = 0;
    for (String name : TensorNames.attention(config, new AttentionVariant.Teacher()).keySet()) {
      if (name.contains("k_proj") || name.contains("v_proj")) {
        NDArray first = equal.get(index).get("0:" + HEAD);
        equal.set(index, NDArrays.concat(new NDList(first, first, first, first), 0));
      }
      index++;
    }
    AttentionVariant variant = new AttentionVariant.GroupedQuery(2);
    NDArray hidden = TinyModel.normal(manager, 4, 2, TOKENS, TinyModel.HIDDEN);
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
      List<NDArray> merged = new InitialVariants(config).attention(manager, variant, equal);
      assertThat(runner.attention(variant, hidden, merged, false).toFloatArray())
          .containsExactly(
              runner.attention(new AttentionVariant.Teacher(), hidden, equal, false).toFloatArray(),
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
    List<NDArray> weights = teacher(config);
    NDArray hidden = TinyModel.normal(manager, 4, 2, TOKENS, TinyModel.HIDDEN);
    weights.forEach(array -> array.setRequiresGradient(true));
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        collector.backward(value(runner, hidden, weights, true));
      }
      for (int index = 0; index < weights.size(); index++) {
        NDArray direction =
            TinyModel.normal(manager, 70 + index, weights.get(index).getShape().getShape());
        double slope =
            (moved(runner, hidden, weights, index, direction.mul(1e-2f))
                    - moved(runner, hidden, weights, index, direction.mul(-1e-2f)))
                / 2e-2;
        double expected = weights.get(index).getGradient().mul(direction).sum().getFloat();
        assertThat(slope).isCloseTo(expected, within(0.02 + 0.02 * Math.abs(expected)));
      }
    }
  }

  @Test
  void aWindowHidesWhatLiesBeforeItAndNothingElse() throws IOException {
    ModelConfig config = config(AttentionTraits.PLAIN);
    NDArray hidden = TinyModel.normal(manager, 4, 1, TOKENS, TinyModel.HIDDEN);
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
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
    assertThatThrownBy(() -> new BlockRunner(manager, mixture, Precision.FLOAT32).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 experts per layer");
  }

  private float[] output(
      BlockRunner runner, AttentionVariant variant, NDArray hidden, ModelConfig config)
      throws IOException {
    return runner.attention(variant, hidden, teacher(config), false).toFloatArray();
  }

  private double moved(
      BlockRunner runner, NDArray hidden, List<NDArray> weights, int index, NDArray by) {
    List<NDArray> own = new ArrayList<>(weights);
    own.set(index, weights.get(index).stopGradient().add(by));
    return value(runner, hidden, own, false).getFloat();
  }

  private NDArray value(
      BlockRunner runner, NDArray hidden, List<NDArray> weights, boolean training) {
    NDArray output = runner.attention(new AttentionVariant.Teacher(), hidden, weights, training);
    return output.mul(TinyModel.normal(manager, 99, output.getShape().getShape())).sum();
  }

  private List<NDArray> teacher(ModelConfig config) throws IOException {
    return BlockWeights.load(
            manager, config, TinyModel.teacher(config, 3), 0, BlockVariant.teacher())
        .attention();
  }

  private static ModelConfig config(AttentionTraits traits) {
    return TinyModel.config(1, new AttentionShape(4, 4, HEAD), false)
        .with(traits, Experts.NONE, StoredWeights.PLAIN);
  }
}
