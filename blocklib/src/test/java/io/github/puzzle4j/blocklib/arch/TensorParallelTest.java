package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each GPU does and holds where several share a model. */
class TensorParallelTest {

  private static final ModelConfig LLAMA = KnownModels.llama31With8B();

  @Test
  void headsAndChannelsAreDividedAndResultsSummed() {
    assertThat(new AttentionVariant.Teacher().operations(LLAMA, 4))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 1024 + 2 * 256),
            new Operation.Elementwise(2 * 1024 + 2 * 256),
            new Operation.SelfAttention(new AttentionShape(8, 2, 128), 0),
            new Operation.Gemm(1024, 4096),
            new Operation.AllReduce(4096));
    assertThat(new FfnVariant.Pruned(7168).operations(LLAMA, 4))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 2 * 1792),
            new Operation.Elementwise(3 * 1792),
            new Operation.Gemm(1792, 4096),
            new Operation.AllReduce(4096));
  }

  @Test
  void oneGpuSumsNothing() {
    assertThat(new AttentionVariant.Teacher().operations(LLAMA))
        .noneMatch(Operation.AllReduce.class::isInstance);
    assertThat(new FfnVariant.Teacher().operations(LLAMA))
        .noneMatch(Operation.AllReduce.class::isInstance);
  }

  @Test
  void fewKvHeadsAreReplicated() {
    AttentionVariant variant = new AttentionVariant.GroupedQuery(2);
    assertThat(variant.cachedHeads(LLAMA, 8)).contains(new AttentionShape(4, 1, 128));
    assertThat(variant.matrixParameters(LLAMA, 8)).isEqualTo(2L * 4096 * (512 + 128));
  }

  @Test
  void expertsAreSlicedAndTheirRouterIsWhole() {
    ModelConfig mixture =
        LLAMA.with(AttentionTraits.PLAIN, new Experts(8, 2, 14336, 0), StoredWeights.PLAIN);
    assertThat(new FfnVariant.Teacher().operations(mixture, 2))
        .containsExactly(
            new Operation.Elementwise(4 * 4096),
            new Operation.Gemm(4096, 8),
            new Operation.Experts(4096, 7168, 2, 8),
            new Operation.AllReduce(4096));
    assertThat(new FfnVariant.Experts(4).matrixParameters(mixture, 2))
        .isEqualTo(4L * 3 * 4096 * 7168);
    assertThat(new FfnVariant.Experts(4).otherParameters(mixture, 2)).isEqualTo(4096 + 4 * 4096);
  }

  @Test
  void headNormsAreLaunchesOfTheirOwnAndBiasesAreNot() {
    AttentionTraits normed =
        new AttentionTraits(AttentionTraits.Biases.NONE, AttentionTraits.HeadNorm.QUERY_AND_KEY, 0);
    AttentionTraits biased =
        new AttentionTraits(
            AttentionTraits.Biases.QUERY_KEY_VALUE, AttentionTraits.HeadNorm.NONE, 512);
    List<Operation> plain = new AttentionVariant.Teacher().operations(LLAMA);
    assertThat(
            new AttentionVariant.Teacher()
                .operations(LLAMA.with(normed, Experts.NONE, StoredWeights.PLAIN)))
        .hasSize(plain.size() + 2)
        .contains(new Operation.Elementwise(2 * 4096), new Operation.Elementwise(2 * 1024));
    assertThat(
            new AttentionVariant.Teacher()
                .operations(LLAMA.with(biased, Experts.NONE, StoredWeights.PLAIN)))
        .hasSize(plain.size())
        .contains(new Operation.SelfAttention(LLAMA.attention(), 512));
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacher+teacher", "gqa_4+ffn_3584", "window_128+teacher", "noop+noop"})
  void dividedMatricesAddUpToTheWhole(String id) {
    BlockVariant block = BlockVariant.parse(id);
    for (int gpus : List.of(1, 2, 4)) {
      for (Subblock part : List.of(block.attention(), block.ffn())) {
        assertThat(gpus * part.matrixParameters(LLAMA, gpus))
            .isEqualTo(part.matrixParameters(LLAMA, 1));
      }
    }
  }

  @Test
  void aLinearLayerIsWholeOnEachGpu() {
    AttentionVariant linear = new AttentionVariant.Linear();
    assertThat(linear.operations(LLAMA, 8)).isEqualTo(linear.operations(LLAMA, 1));
    assertThat(linear.matrixParameters(LLAMA, 8)).isEqualTo(4096L * 4096);
  }

  @Test
  void whatDoesNotDivideIsObjectedToAndNotRounded() {
    AttentionVariant attention = new AttentionVariant.Teacher();
    FfnVariant ffn = new FfnVariant.Pruned(1001);
    assertThat(attention.objection(LLAMA, 3)).contains("32 query heads do not divide among 3 GPUs");
    assertThat(ffn.objection(LLAMA, 2)).contains("1001 FFN channels do not divide among 2 GPUs");
    assertThat(ffn.objection(LLAMA, 1)).isEmpty();
    assertThat(new AttentionShape(24, 6, 64).objection(4))
        .contains("6 KV heads do not divide among 4 GPUs");
    assertThatThrownBy(() -> ffn.operations(LLAMA, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> attention.operations(LLAMA, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theVocabularyIsPaddedWhereItDoesNotDivide() {
    ModelConfig odd = KnownModels.llama(65, 32, 40, 3, new AttentionShape(4, 2, 8), false);
    assertThat(odd.parametersOutsideLayers(1)).isEqualTo(odd.parametersOutsideLayers());
    assertThat(odd.parametersOutsideLayers(2)).isEqualTo(2 * 33 * 32 + 32);
  }
}
