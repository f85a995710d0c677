package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each GPU does and holds where several share a model. */
class TensorParallelTest {

  private static final int HIDDEN = 4096;
  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(32, 8, 128));
  private static final GatedFfn FFN = new GatedFfn(14336);

  @Test
  void headsAndChannelsAreDividedAndResultsSummed() {
    assertThat(ATTENTION.operations(HIDDEN, 4))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 1024 + 2 * 256),
            new Operation.Elementwise(2 * 1024 + 2 * 256),
            new Operation.SelfAttention(new AttentionShape(8, 2, 128), 0),
            new Operation.Gemm(1024, 4096),
            new Operation.AllReduce(4096));
    assertThat(new GatedFfn(7168).operations(HIDDEN, 4))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 2 * 1792),
            new Operation.Elementwise(3 * 1792),
            new Operation.Gemm(1792, 4096),
            new Operation.AllReduce(4096));
  }

  @Test
  void oneGpuSumsNothing() {
    assertThat(ATTENTION.operations(HIDDEN, 1)).noneMatch(Operation.AllReduce.class::isInstance);
    assertThat(FFN.operations(HIDDEN, 1)).noneMatch(Operation.AllReduce.class::isInstance);
  }

  @Test
  void fewKvHeadsAreReplicated() {
    SoftmaxAttention attention = ATTENTION.withKvHeads(2);
    assertThat(attention.heads().onOneOf(8)).isEqualTo(new AttentionShape(4, 1, 128));
    assertThat(attention.cache().orElseThrow().onOneOf(8)).isEqualTo(new KvCache(1, 128, 0));
    assertThat(attention.matrixParameters(HIDDEN, 8)).isEqualTo(2L * 4096 * (512 + 128));
  }

  @Test
  void expertsAreSlicedAndTheirRouterIsWhole() {
    ExpertsFfn experts = new ExpertsFfn(8, 2, 14336, 0);
    assertThat(experts.operations(HIDDEN, 2))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 8),
            new Operation.Experts(4096, 7168, 2, 8),
            new Operation.AllReduce(4096));
    ExpertsFfn fewer = experts.withCount(4);
    assertThat(fewer.matrixParameters(HIDDEN, 2)).isEqualTo(4L * 3 * 4096 * 7168);
    assertThat(fewer.otherParameters(HIDDEN, 2)).isEqualTo(4096 + 4 * 4096);
  }

  @Test
  void headNormsAreLaunchesOfTheirOwnAndBiasesAreNot() {
    SoftmaxAttention normed =
        new SoftmaxAttention(ATTENTION.heads(), 0, Biases.NONE, HeadNorm.QUERY_AND_KEY);
    SoftmaxAttention biased =
        new SoftmaxAttention(ATTENTION.heads(), 512, Biases.QUERY_KEY_VALUE, HeadNorm.NONE);
    List<Operation> plain = ATTENTION.operations(HIDDEN, 1);
    assertThat(normed.operations(HIDDEN, 1))
        .hasSize(plain.size() + 2)
        .contains(new Operation.Elementwise(2 * 4096), new Operation.Elementwise(2 * 1024));
    assertThat(biased.operations(HIDDEN, 1))
        .hasSize(plain.size())
        .contains(new Operation.SelfAttention(ATTENTION.heads(), 512));
  }

  static Stream<Subblock> divided() {
    return Stream.of(
        ATTENTION,
        FFN,
        ATTENTION.withKvHeads(4),
        new GatedFfn(3584),
        ATTENTION.withWindow(128),
        new NoAttention(),
        new NoFfn());
  }

  @ParameterizedTest
  @MethodSource("divided")
  void dividedMatricesAddUpToTheWhole(Subblock part) {
    for (int gpus : List.of(1, 2, 4)) {
      assertThat(gpus * part.matrixParameters(HIDDEN, gpus))
          .isEqualTo(part.matrixParameters(HIDDEN, 1));
    }
  }

  @Test
  void aLinearLayerIsWholeOnEachGpu() {
    LinearAttention linear = new LinearAttention();
    assertThat(linear.operations(HIDDEN, 8)).isEqualTo(linear.operations(HIDDEN, 1));
    assertThat(linear.matrixParameters(HIDDEN, 8)).isEqualTo(4096L * 4096);
  }

  @Test
  void whatDoesNotDivideIsObjectedToAndNotRounded() {
    GatedFfn ffn = new GatedFfn(1001);
    assertThat(ATTENTION.objection(3)).contains("32 query heads do not divide among 3 GPUs");
    assertThat(ffn.objection(2)).contains("1001 FFN channels do not divide among 2 GPUs");
    assertThat(ffn.objection(1)).isEmpty();
    assertThat(new AttentionShape(24, 6, 64).objection(4))
        .contains("6 KV heads do not divide among 4 GPUs");
    assertThatThrownBy(() -> ffn.operations(HIDDEN, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ATTENTION.operations(HIDDEN, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theVocabularyIsPaddedWhereItDoesNotDivide() {
    CommonParts odd = KnownModels.llama(65, 32, 40, 3, new AttentionShape(4, 2, 8), false).common();
    assertThat(odd.parameters(1)).isEqualTo(odd.parameters());
    assertThat(odd.parameters(2)).isEqualTo(2 * 33 * 32 + 32);
  }
}
