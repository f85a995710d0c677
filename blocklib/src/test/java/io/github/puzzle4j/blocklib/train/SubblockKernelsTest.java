package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each subblock against the same computation in plain tensor operations: outputs and gradients. */
class SubblockKernelsTest {

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  /** The first array is the hidden states, the others the weights. */
  private interface Computation extends Function<List<DeviceTensor>, DeviceTensor> {}

  static Stream<Arguments> attentions() {
    return Stream.of(
        Arguments.of(1, new AttentionShape(4, 4, 8), 4, 0, 2, 5),
        Arguments.of(2, new AttentionShape(4, 2, 8), 2, 0, 3, 7),
        Arguments.of(3, new AttentionShape(4, 4, 8), 1, 0, 1, 9),
        Arguments.of(4, new AttentionShape(6, 3, 4), 3, 0, 2, 1),
        Arguments.of(5, new AttentionShape(8, 4, 2), 2, 0, 1, 33),
        Arguments.of(6, new AttentionShape(4, 4, 8), 4, 3, 2, 7),
        Arguments.of(7, new AttentionShape(4, 4, 8), 2, 1, 2, 5),
        Arguments.of(8, new AttentionShape(8, 4, 2), 1, 4, 1, 9));
  }

  @ParameterizedTest(name = "seed {0}: {1} with {2} KV heads and window {3} on {4} x {5}")
  @MethodSource("attentions")
  void attentionIsSoftmaxAttentionWithRotaryEmbedding(
      long seed, AttentionShape heads, int kvHeads, int window, int rows, int tokens) {
    CommonParts common = TinyModel.common();
    SoftmaxAttention attention =
        SoftmaxAttention.plain(heads).withKvHeads(kvHeads).withWindow(window);
    List<DeviceTensor> arguments = arguments(shapes(attention), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(memory, common, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(memory, common, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.attention(attention, all.getFirst(), named(attention, all)),
          all -> rounding.attention(attention, all.getFirst(), named(attention, all)),
          all ->
              TensorReference.attention(common, attention, all.getFirst(), named(attention, all)));
    }
  }

  @ParameterizedTest(name = "seed {0}: {1} channels on {2} x {3}")
  @MethodSource("widths")
  void theFfnIsGatedBySwish(long seed, int channels, int rows, int tokens) {
    CommonParts common = TinyModel.common();
    GatedFfn ffn = new GatedFfn(channels);
    List<DeviceTensor> arguments = arguments(shapes(ffn), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(memory, common, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(memory, common, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.ffn(ffn, all.getFirst(), named(ffn, all)),
          all -> rounding.ffn(ffn, all.getFirst(), named(ffn, all)),
          all -> TensorReference.gated(common, all.getFirst(), named(ffn, all)));
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
    CommonParts common = TinyModel.common();
    LinearAttention attention = new LinearAttention();
    LinearFfn ffn = new LinearFfn();
    List<DeviceTensor> arguments = arguments(shapes(ffn), seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(memory, common, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(memory, common, Precision.BFLOAT16)) {
      Computation reference =
          all -> TensorReference.linear(common, all.getFirst(), all.subList(1, all.size()));
      requireSame(
          arguments,
          all -> exact.ffn(ffn, all.getFirst(), named(ffn, all)),
          all -> rounding.ffn(ffn, all.getFirst(), named(ffn, all)),
          reference);
      requireSame(
          arguments,
          all -> exact.attention(attention, all.getFirst(), named(attention, all)),
          all -> rounding.attention(attention, all.getFirst(), named(attention, all)),
          reference);
    }
  }

  @ParameterizedTest(name = "seed {0} on {1} x {2}")
  @MethodSource("sizes")
  void theHeadIsANormAndAProduct(long seed, int rows, int tokens) {
    CommonParts common = TinyModel.common();
    List<List<Long>> shapes =
        List.of(
            List.of((long) TinyModel.HIDDEN),
            List.of((long) TinyModel.VOCABULARY, (long) TinyModel.HIDDEN));
    List<DeviceTensor> arguments = arguments(shapes, seed, rows, tokens);
    try (BlockRunner exact = new BlockRunner(memory, common, Precision.FLOAT32);
        BlockRunner rounding = new BlockRunner(memory, common, Precision.BFLOAT16)) {
      requireSame(
          arguments,
          all -> exact.logits(all.get(0), all.get(1), all.get(2)),
          all -> rounding.logits(all.get(0), all.get(1), all.get(2)),
          all -> TensorReference.head(common, all.getFirst(), all.subList(1, all.size())));
    }
  }

  static Stream<Arguments> sizes() {
    return Stream.of(Arguments.of(1, 2, 5), Arguments.of(2, 1, 1), Arguments.of(3, 3, 17));
  }

  @ParameterizedTest(name = "seed {0} on {1} x {2}")
  @MethodSource("sizes")
  void contributionIsWhatAChannelAddsToTheResidualStream(long seed, int rows, int tokens) {
    GatedFfn ffn = new GatedFfn(TinyModel.CHANNELS);
    CommonParts common = TinyModel.common();
    List<DeviceTensor> arguments = arguments(shapes(ffn), seed, rows, tokens);
    try (BlockRunner runner = new BlockRunner(memory, common, Precision.BFLOAT16)) {
      Map<String, DeviceTensor> weights = named(ffn, arguments);
      assertClose(
          runner.channelContribution(ffn, arguments.getFirst(), weights),
          TensorReference.channelContribution(common, arguments.getFirst(), weights),
          1e-5);
    }
  }

  private static Collection<List<Long>> shapes(Subblock subblock) {
    return subblock.tensors(TinyModel.HIDDEN).values();
  }

  /** Arguments behind the hidden states by the names of the subblock's tensors. */
  private static Map<String, DeviceTensor> named(Subblock subblock, List<DeviceTensor> arguments) {
    Map<String, DeviceTensor> named = new LinkedHashMap<>();
    for (String name : subblock.tensors(TinyModel.HIDDEN).keySet()) {
      named.put(name, arguments.get(named.size() + 1));
    }
    return named;
  }

  private void requireSame(
      List<DeviceTensor> arguments,
      Computation exact,
      Computation rounding,
      Computation reference) {
    List<DeviceTensor> expected = outputAndGradients(arguments, reference);
    List<DeviceTensor> inFloat = outputAndGradients(arguments, exact);
    List<DeviceTensor> inBfloat = outputAndGradients(arguments, rounding);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(inFloat.get(i), expected.get(i), 2e-5);
      // 8 bits of mantissa, some products deep.
      assertClose(inBfloat.get(i), expected.get(i), 4e-2);
    }
    assertThat(expected.getFirst().abs().max().toFloat()).isPositive();
    assertThat(inBfloat.getFirst().toFloats())
        .as("bfloat16 rounds")
        .isNotEqualTo(inFloat.getFirst().toFloats());
  }

  /** Gradients of a weighted sum of the output, with respect to every argument. */
  private List<DeviceTensor> outputAndGradients(
      List<DeviceTensor> arguments, Computation computation) {
    List<DeviceTensor> own = arguments.stream().map(array -> array.copy(memory)).toList();
    own.forEach(array -> array.collectGradient(true));
    List<DeviceTensor> results = new ArrayList<>();
    try (Gradients collector = Gradients.record()) {
      DeviceTensor output = computation.apply(own);
      DeviceTensor direction = TinyModel.normal(memory, 99, output.shape());
      collector.backward(output.mul(direction).sum());
      results.add(output.stopGradient().copy(memory));
    }
    own.forEach(array -> results.add(array.gradient()));
    return results;
  }

  private List<DeviceTensor> arguments(
      Collection<List<Long>> weightShapes, long seed, int rows, int tokens) {
    List<DeviceTensor> arguments = new ArrayList<>();
    arguments.add(TinyModel.normal(memory, seed, rows, tokens, TinyModel.HIDDEN));
    long next = 1000 * seed;
    for (List<Long> shape : weightShapes) {
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      next++;
      arguments.add(
          sizes.length == 1
              ? TinyModel.normal(memory, next, sizes).mul(0.2f).add(1)
              : TinyModel.normal(memory, next, sizes).div((float) Math.sqrt((double) sizes[1])));
    }
    return arguments;
  }

  /** Within a share of the largest element; gradients of a query with one key are 0. */
  private static void assertClose(DeviceTensor actual, DeviceTensor expected, double share) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    float largest = expected.abs().max().toFloat();
    assertThat(actual.toFloats())
        .containsExactly(expected.toFloats(), within((float) (share * Math.max(largest, 0.1))));
  }
}
