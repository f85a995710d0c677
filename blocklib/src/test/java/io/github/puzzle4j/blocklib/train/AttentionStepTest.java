package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One token over a cache against attention over whole sequences. */
class AttentionStepTest {

  private static final AttentionShape HEADS = new AttentionShape(4, 4, 8);
  private static final int ROWS = 2;

  private final NDManager manager = NDManager.newBaseManager();
  private final ModelConfig config = TinyModel.config(1, HEADS, false);

  @AfterEach
  void free() {
    manager.close();
  }

  private List<NDArray> weights(AttentionVariant variant) {
    return TensorNames.attention(config, variant).values().stream()
        .map(shape ->
            TinyModel.normal(manager, 7, shape.stream().mapToLong(Long::longValue).toArray()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aTokenThatSeesOnlyItselfIsASequenceOfOne(int kvHeads) {
    AttentionVariant variant = new AttentionVariant.GroupedQuery(kvHeads);
    NDArray hidden = TinyModel.normal(manager, 3, ROWS, 1, TinyModel.HIDDEN);
    List<NDArray> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
      NDArray keys = manager.zeros(new Shape(ROWS, kvHeads, 1, 8));
      NDArray values = manager.zeros(new Shape(ROWS, kvHeads, 1, 8));
      NDArray step = runner.attentionStep(variant, hidden, weights, keys, values);
      float[] whole = runner.attention(variant, hidden, weights, false).toFloatArray();
      assertThat(step.toFloatArray()).containsExactly(whole, within(1e-5f));
      // The same token three times in the cache is as good as once.
      NDArray threeKeys = keys.repeat(2, 3);
      NDArray threeValues = values.repeat(2, 3);
      assertThat(
              runner.attentionStep(variant, hidden, weights, threeKeys, threeValues).toFloatArray())
          .containsExactly(whole, within(1e-5f));
      // Other tokens in the cache are not.
      NDArray others = TinyModel.normal(manager, 5, ROWS, kvHeads, 3, 8);
      assertThat(runner.attentionStep(variant, hidden, weights, threeKeys, others).toFloatArray())
          .isNotEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void storedWeightsGiveTheSameAsThoseThatAreConvertedInEachCall(Precision precision) {
    AttentionVariant variant = new AttentionVariant.Teacher();
    NDArray hidden = TinyModel.normal(manager, 3, ROWS, 5, TinyModel.HIDDEN);
    List<NDArray> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(manager, config, precision)) {
      List<NDArray> stored =
          weights.stream()
              .map(weight -> weight.getShape().dimension() == 1 ? weight : runner.stored(weight))
              .toList();
      assertThat(runner.attention(variant, hidden, stored, false).toFloatArray())
          .containsExactly(runner.attention(variant, hidden, weights, false).toFloatArray());
    }
  }

  @Test
  void aCacheOfAnotherShapeIsRefused() {
    AttentionVariant variant = new AttentionVariant.GroupedQuery(2);
    NDArray hidden = TinyModel.normal(manager, 3, ROWS, 1, TinyModel.HIDDEN);
    List<NDArray> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.FLOAT32)) {
      for (Shape bad :
          List.of(
              new Shape(ROWS, 4, 3, 8),
              new Shape(ROWS + 1, 2, 3, 8),
              new Shape(ROWS, 2, 0, 8),
              new Shape(ROWS, 2, 3, 4),
              new Shape(ROWS, 2, 8))) {
        assertThatThrownBy(() ->
                runner.attentionStep(
                    variant, hidden, weights, manager.zeros(bad), manager.zeros(bad)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cache of");
      }
      NDArray cache = manager.zeros(new Shape(ROWS, 2, 3, 8));
      assertThatThrownBy(() ->
              runner.attentionStep(
                  new AttentionVariant.Linear(),
                  hidden,
                  weights(new AttentionVariant.Linear()),
                  cache,
                  cache))
          .hasMessageContaining("linear caches nothing");
    }
  }

  /** They are left out of the step, and must not reach a kernel that does not take them. */
  @Test
  void biasesAndNormsOfHeadsDoNotDisturbAStep() {
    AttentionTraits traits =
        new AttentionTraits(
            AttentionTraits.Biases.ALL,
            AttentionTraits.HeadNorm.QUERY_AND_KEY,
            AttentionTraits.FULL);
    ModelConfig rich = config.with(traits, Experts.NONE, StoredWeights.PLAIN);
    AttentionVariant variant = new AttentionVariant.Teacher();
    NDArray hidden = TinyModel.normal(manager, 3, ROWS, 1, TinyModel.HIDDEN);
    NDArray cache = manager.zeros(new Shape(ROWS, 4, 1, 8));
    List<NDArray> plain = weights(variant);
    List<NDArray> weights = new ArrayList<>(plain);
    TensorNames.attention(rich, variant).values().stream()
        .skip(plain.size())
        .forEach(shape ->
            weights.add(
                TinyModel.normal(manager, 9, shape.stream().mapToLong(Long::longValue).toArray())));
    try (BlockRunner plainRunner = new BlockRunner(manager, config, Precision.FLOAT32);
        BlockRunner richRunner = new BlockRunner(manager, rich, Precision.FLOAT32)) {
      assertThat(
              richRunner
                  .attentionStep(variant, hidden, weights, cache, cache.mul(1))
                  .toFloatArray())
          .containsExactly(
              plainRunner
                  .attentionStep(variant, hidden, plain, cache, cache.mul(1))
                  .toFloatArray());
    }
  }
}
