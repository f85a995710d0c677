package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
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

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(1, HEADS, false);

  @AfterEach
  void free() {
    memory.close();
  }

  private List<DeviceTensor> weights(AttentionVariant variant) {
    return TensorNames.attention(config, variant).values().stream()
        .map(shape ->
            TinyModel.normal(memory, 7, shape.stream().mapToLong(Long::longValue).toArray()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aTokenThatSeesOnlyItselfIsASequenceOfOne(int kvHeads) {
    AttentionVariant variant = new AttentionVariant.GroupedQuery(kvHeads);
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    List<DeviceTensor> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      DeviceTensor keys = memory.zeros(ROWS, kvHeads, 1, 8);
      DeviceTensor values = memory.zeros(ROWS, kvHeads, 1, 8);
      DeviceTensor step = runner.attentionStep(variant, hidden, weights, keys, values);
      float[] whole = runner.attention(variant, hidden, weights, false).toFloats();
      assertThat(step.toFloats()).containsExactly(whole, within(1e-5f));
      // The same token three times in the cache is as good as once.
      DeviceTensor threeKeys = keys.repeat(2, 3);
      DeviceTensor threeValues = values.repeat(2, 3);
      assertThat(runner.attentionStep(variant, hidden, weights, threeKeys, threeValues).toFloats())
          .containsExactly(whole, within(1e-5f));
      // Other tokens in the cache are not.
      DeviceTensor others = TinyModel.normal(memory, 5, ROWS, kvHeads, 3, 8);
      assertThat(runner.attentionStep(variant, hidden, weights, threeKeys, others).toFloats())
          .isNotEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void storedWeightsGiveTheSameAsThoseThatAreConvertedInEachCall(Precision precision) {
    AttentionVariant variant = new AttentionVariant.Teacher();
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 5, TinyModel.HIDDEN);
    List<DeviceTensor> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(memory, config, precision)) {
      List<DeviceTensor> stored =
          weights.stream()
              .map(weight -> weight.shape().size() == 1 ? weight : runner.stored(weight))
              .toList();
      assertThat(runner.attention(variant, hidden, stored, false).toFloats())
          .containsExactly(runner.attention(variant, hidden, weights, false).toFloats());
    }
  }

  @Test
  void aCacheOfAnotherShapeIsRefused() {
    AttentionVariant variant = new AttentionVariant.GroupedQuery(2);
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    List<DeviceTensor> weights = weights(variant);
    try (BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32)) {
      for (List<Long> bad :
          List.of(
              DeviceTensor.shapeOf(ROWS, 4, 3, 8),
              DeviceTensor.shapeOf(ROWS + 1, 2, 3, 8),
              DeviceTensor.shapeOf(ROWS, 2, 0, 8),
              DeviceTensor.shapeOf(ROWS, 2, 3, 4),
              DeviceTensor.shapeOf(ROWS, 2, 8))) {
        assertThatThrownBy(() ->
                runner.attentionStep(
                    variant, hidden, weights, memory.zeros(bad), memory.zeros(bad)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cache of");
      }
      DeviceTensor cache = memory.zeros(ROWS, 2, 3, 8);
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
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    DeviceTensor cache = memory.zeros(ROWS, 4, 1, 8);
    List<DeviceTensor> plain = weights(variant);
    List<DeviceTensor> weights = new ArrayList<>(plain);
    TensorNames.attention(rich, variant).values().stream()
        .skip(plain.size())
        .forEach(shape ->
            weights.add(
                TinyModel.normal(memory, 9, shape.stream().mapToLong(Long::longValue).toArray())));
    try (BlockRunner plainRunner = new BlockRunner(memory, config, Precision.FLOAT32);
        BlockRunner richRunner = new BlockRunner(memory, rich, Precision.FLOAT32)) {
      assertThat(richRunner.attentionStep(variant, hidden, weights, cache, cache.mul(1)).toFloats())
          .containsExactly(
              plainRunner.attentionStep(variant, hidden, plain, cache, cache.mul(1)).toFloats());
    }
  }
}
