package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each subblock against the same computation in plain array operations: outputs and gradients. */
class SubblockKernelsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void free() {
    manager.close();
  }

  /** The first array is the hidden states, the others the weights. */
  private interface Computation extends Function<List<NDArray>, NDArray> {}

  static Stream<Arguments> attentions() {
    return Stream.of(
        Arguments.of(1, new AttentionShape(4, 4, 8), 4, 2, 5),
        Arguments.of(2, new AttentionShape(4, 2, 8), 2, 3, 7),
        Arguments.of(3, new AttentionShape(4, 4, 8), 1, 1, 9),
        Arguments.of(4, new AttentionShape(6, 3, 4), 3, 2, 1),
        Arguments.of(5, new AttentionShape(8, 4, 2), 2, 1, 33));
  }

  @ParameterizedTest(name = "seed {0}: {1} with {2} KV heads on {3} x {4}")
  @MethodSource("attentions")
  void attentionIsSoftmaxAttentionWithRotaryEmbedding(
      long seed, AttentionShape heads, int kvHeads, int rows, int tokens) {
    ModelConfig config = TinyModel.config(1, heads, false);
    AttentionVariant variant = new AttentionVariant.GroupedQuery(kvHeads);
    List<NDArray> arguments =
        arguments(TensorNames.attention(config, variant).values(), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(manager, config, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(manager, config, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.attention(variant, all.getFirst(), all.subList(1, all.size()), true),
          all -> rounding.attention(variant, all.getFirst(), all.subList(1, all.size()), true),
          all ->
              NdArrayReference.attention(
                  config, kvHeads, all.getFirst(), all.subList(1, all.size())));
    }
  }

  @ParameterizedTest(name = "seed {0}: {1} channels on {2} x {3}")
  @MethodSource("widths")
  void theFfnIsGatedBySwish(long seed, int channels, int rows, int tokens) {
    ModelConfig config = TinyModel.config(1);
    FfnVariant variant = new FfnVariant.Pruned(channels);
    List<NDArray> arguments =
        arguments(TensorNames.ffn(config, variant).values(), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(manager, config, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(manager, config, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.ffn(variant, all.getFirst(), all.subList(1, all.size()), true),
          all -> rounding.ffn(variant, all.getFirst(), all.subList(1, all.size()), true),
          all -> NdArrayReference.gated(config, all.getFirst(), all.subList(1, all.size())));
    }
  }

  static Stream<Arguments> widths() {
    return Stream.of(
        Arguments.of(1, TinyModel.CHANNELS, 2, 5),
        Arguments.of(2, 1, 3, 4),
        Arguments.of(3, 7, 1, 1));
  }

  @ParameterizedTest(name = "seed {0} on {1} x {2}")
  @MethodSource("sizes")
  void aLinearLayerIsOneMatrixBehindTheNorm(long seed, int rows, int tokens) {
    ModelConfig config = TinyModel.config(1);
    AttentionVariant attention = new AttentionVariant.Linear();
    FfnVariant ffn = new FfnVariant.Linear();
    List<NDArray> arguments = arguments(TensorNames.ffn(config, ffn).values(), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(manager, config, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(manager, config, Precision.BFLOAT16)) {
      Computation reference =
          all -> NdArrayReference.linear(config, all.getFirst(), all.subList(1, all.size()));
      requireSame(
          arguments,
          all -> exact.ffn(ffn, all.getFirst(), all.subList(1, all.size()), true),
          all -> rounding.ffn(ffn, all.getFirst(), all.subList(1, all.size()), true),
          reference);
      requireSame(
          arguments,
          all -> exact.attention(attention, all.getFirst(), all.subList(1, all.size()), true),
          all -> rounding.attention(attention, all.getFirst(), all.subList(1, all.size()), true),
          reference);
    }
  }

  @ParameterizedTest(name = "seed {0} on {1} x {2}")
  @MethodSource("sizes")
  void theHeadIsANormAndAProduct(long seed, int rows, int tokens) {
    ModelConfig config = TinyModel.config(1);
    List<List<Long>> shapes =
        List.of(
            List.of((long) TinyModel.HIDDEN),
            List.of((long) TinyModel.VOCABULARY, (long) TinyModel.HIDDEN));
    List<NDArray> arguments = arguments(shapes, seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(manager, config, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(manager, config, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.logits(all.get(0), all.get(1), all.get(2), true),
          all -> rounding.logits(all.get(0), all.get(1), all.get(2), true),
          all -> NdArrayReference.head(config, all.getFirst(), all.subList(1, all.size())));
    }
  }

  static Stream<Arguments> sizes() {
    return Stream.of(Arguments.of(1, 2, 5), Arguments.of(2, 1, 1), Arguments.of(3, 3, 17));
  }

  @ParameterizedTest(name = "seed {0} on {1} x {2}")
  @MethodSource("sizes")
  void contributionIsWhatAChannelAddsToTheResidualStream(long seed, int rows, int tokens) {
    ModelConfig config = TinyModel.config(1);
    List<NDArray> arguments =
        arguments(TensorNames.ffn(config, new FfnVariant.Teacher()).values(), seed, rows, tokens);
    try (BlockRunner runner = new BlockRunner(manager, config, Precision.BFLOAT16)) {
      List<NDArray> weights = arguments.subList(1, arguments.size());
      assertClose(
          runner.channelContribution(new FfnVariant.Teacher(), arguments.getFirst(), weights),
          NdArrayReference.channelContribution(config, arguments.getFirst(), weights),
          1e-5);
    }
  }

  private void requireSame(
      List<NDArray> arguments, Computation exact, Computation rounding, Computation reference) {
    List<NDArray> expected = outputAndGradients(arguments, reference);
    List<NDArray> inFloat = outputAndGradients(arguments, exact);
    List<NDArray> inBfloat = outputAndGradients(arguments, rounding);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(inFloat.get(i), expected.get(i), 2e-5);
      // 8 bits of mantissa, some products deep.
      assertClose(inBfloat.get(i), expected.get(i), 4e-2);
    }
    assertThat(expected.getFirst().abs().max().getFloat()).isPositive();
    assertThat(inBfloat.getFirst().toFloatArray())
        .as("bfloat16 rounds")
        .isNotEqualTo(inFloat.getFirst().toFloatArray());
  }

  /** Gradients of a weighted sum of the output, with respect to every argument. */
  private List<NDArray> outputAndGradients(List<NDArray> arguments, Computation computation) {
    List<NDArray> own =
        arguments.stream().map(array -> NativeTensors.copy(manager, array)).toList();
    own.forEach(array -> array.setRequiresGradient(true));
    List<NDArray> results = new ArrayList<>();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray output = computation.apply(own);
      NDArray direction = TinyModel.normal(manager, 99, output.getShape().getShape());
      collector.backward(output.mul(direction).sum());
      results.add(NativeTensors.copy(manager, output.stopGradient()));
    }
    own.forEach(array -> results.add(array.getGradient()));
    return results;
  }

  private List<NDArray> arguments(
      Collection<List<Long>> weightShapes, long seed, int rows, int tokens) {
    List<NDArray> arguments = new ArrayList<>();
    arguments.add(TinyModel.normal(manager, seed, rows, tokens, TinyModel.HIDDEN));
    long next = 1000 * seed;
    for (List<Long> shape : weightShapes) {
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      next++;
      arguments.add(
          sizes.length == 1
              ? TinyModel.normal(manager, next, sizes).mul(0.2).add(1)
              : TinyModel.normal(manager, next, sizes).div(Math.sqrt((double) sizes[1])));
    }
    return arguments;
  }

  /** Within a share of the largest element; gradients of a query with one key are 0. */
  private static void assertClose(NDArray actual, NDArray expected, double share) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float largest = expected.abs().max().getFloat();
    assertThat(actual.toFloatArray())
        .containsExactly(expected.toFloatArray(), within((float) (share * Math.max(largest, 0.1))));
  }
}
