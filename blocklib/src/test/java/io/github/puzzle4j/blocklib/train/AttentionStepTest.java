package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import io.github.puzzle4j.blocklib.subblock.CachedTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One token over a cache against attention over whole sequences. */
class AttentionStepTest {

  private static final AttentionShape HEADS = new AttentionShape(4, 4, 8);
  private static final SoftmaxAttention ATTENTION = SoftmaxAttention.plain(HEADS);
  private static final int ROWS = 2;

  private final DeviceMemory memory = DeviceMemory.open();
  private final CommonParts common = TinyModel.common();

  @AfterEach
  void free() {
    memory.close();
  }

  private SequencedMap<String, DeviceTensor> weights(Attention attention) {
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    attention
        .tensors(TinyModel.HIDDEN)
        .forEach((name, shape) -> weights.put(name, TinyModel.normal(memory, 7, shape)));
    return weights;
  }

  /** A cache in which only the last place is free. */
  private static CachedTokens full(DeviceTensor keys, DeviceTensor values) {
    return new CachedTokens(keys, values, keys.size(2) - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aTokenThatSeesOnlyItselfIsASequenceOfOne(int kvHeads) {
    SoftmaxAttention attention = ATTENTION.withKvHeads(kvHeads);
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    Map<String, DeviceTensor> weights = weights(attention);
    try (BlockRunner runner = new BlockRunner(memory, common, Precision.FLOAT32)) {
      DeviceTensor keys = memory.zeros(ROWS, kvHeads, 1, 8);
      DeviceTensor values = memory.zeros(ROWS, kvHeads, 1, 8);
      DeviceTensor step = runner.attention(attention, hidden, weights, full(keys, values));
      float[] whole = runner.attention(attention, hidden, weights).toFloats();
      assertThat(step.toFloats()).containsExactly(whole, within(1e-5f));
      // The same token three times in the cache is as good as once.
      DeviceTensor threeKeys = keys.repeat(2, 3);
      DeviceTensor threeValues = values.repeat(2, 3);
      assertThat(
              runner.attention(attention, hidden, weights, full(threeKeys, threeValues)).toFloats())
          .containsExactly(whole, within(1e-5f));
      // Other tokens in the cache are not.
      DeviceTensor others = TinyModel.normal(memory, 5, ROWS, kvHeads, 3, 8);
      assertThat(runner.attention(attention, hidden, weights, full(threeKeys, others)).toFloats())
          .isNotEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void storedWeightsGiveTheSameAsThoseThatAreConvertedInEachCall(Precision precision) {
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 5, TinyModel.HIDDEN);
    Map<String, DeviceTensor> weights = weights(ATTENTION);
    try (BlockRunner runner = new BlockRunner(memory, common, precision)) {
      Map<String, DeviceTensor> stored = new LinkedHashMap<>(weights);
      stored.replaceAll(
          (name, weight) -> weight.shape().size() == 1 ? weight : runner.stored(weight));
      assertThat(runner.attention(ATTENTION, hidden, stored).toFloats())
          .containsExactly(runner.attention(ATTENTION, hidden, weights).toFloats());
    }
  }

  @Test
  void aCacheOfAnotherShapeIsRefused() {
    SoftmaxAttention attention = ATTENTION.withKvHeads(2);
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    Map<String, DeviceTensor> weights = weights(attention);
    try (BlockRunner runner = new BlockRunner(memory, common, Precision.FLOAT32)) {
      for (List<Long> bad :
          List.of(
              DeviceTensor.shapeOf(ROWS, 4, 3, 8),
              DeviceTensor.shapeOf(ROWS + 1, 2, 3, 8),
              DeviceTensor.shapeOf(ROWS, 2, 0, 8),
              DeviceTensor.shapeOf(ROWS, 2, 3, 4),
              DeviceTensor.shapeOf(ROWS, 2, 8))) {
        assertThatThrownBy(() ->
                runner.attention(
                    attention,
                    hidden,
                    weights,
                    new CachedTokens(memory.zeros(bad), memory.zeros(bad), 0)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cache of");
      }
      DeviceTensor cache = memory.zeros(ROWS, 2, 3, 8);
      assertThatThrownBy(() ->
              runner.attention(
                  new LinearAttention(),
                  hidden,
                  weights(new LinearAttention()),
                  full(cache, cache)))
          .hasMessageContaining("linear caches nothing");
    }
  }

  @Test
  void biasesAndNormsOfHeadsCountAsInAWholePass() {
    SoftmaxAttention rich =
        new SoftmaxAttention(HEADS, SoftmaxAttention.NO_WINDOW, Biases.ALL, HeadNorm.QUERY_AND_KEY);
    DeviceTensor hidden = TinyModel.normal(memory, 3, ROWS, 1, TinyModel.HIDDEN);
    DeviceTensor cache = memory.zeros(ROWS, 4, 1, 8);
    Map<String, DeviceTensor> weights = weights(rich);
    try (BlockRunner runner = new BlockRunner(memory, common, Precision.FLOAT32)) {
      assertThat(runner.attention(rich, hidden, weights, full(cache, cache.mul(1))).toFloats())
          .containsExactly(runner.attention(rich, hidden, weights).toFloats(), within(1e-5f));
    }
  }
}
