package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {

  /** Counts as their model cards and safetensors indices have them. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "Llama-2-7B,      32000,  4096, 11008,  32,  32, 32, 128, false,   6738415616",
    "Mistral-7B-v0.1, 32000,  4096, 14336,  32,  32,  8, 128, false,   7241732096",
    "Llama-3.1-8B,    128256, 4096, 14336,  32,  32,  8, 128, false,   8030261248",
    "Llama-3.1-70B,   128256, 8192, 28672,  80,  64,  8, 128, false,  70553706496",
    "Llama-3.1-405B,  128256, 16384, 53248, 126, 128, 8, 128, false, 405853388800",
    "Llama-3.2-1B,    128256, 2048, 8192,   16,  32,  8,  64, true,    1235814400",
    "Llama-3.2-3B,    128256, 3072, 8192,   28,  24,  8, 128, true,    3212749824",
  })
  void parametersOfPublishedModelsAreCounted(
      String name,
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      boolean tied,
      long parameters) {
    ModelConfig config =
        KnownModels.llama(
            vocabulary,
            hidden,
            intermediate,
            layers,
            new AttentionShape(heads, kvHeads, headDim),
            tied);
    assertThat(Architecture.teacher(config).parameters()).as(name).isEqualTo(parameters);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "teacher+teacher",
        "gqa_4+ffn_7168",
        "gqa_1+linear",
        "linear+ffn_1",
        "linear+noop",
        "noop+teacher",
        "noop+noop"
      })
  void aVariantHasAsManyParametersAsItsTensorsHaveElements(String id) {
    ModelConfig config = KnownModels.llama31With8B();
    BlockVariant variant = BlockVariant.parse(id);
    assertThat(variant.parameters(config))
        .isEqualTo(elements(TensorNames.layer(config, 0, variant)));
  }

  @Test
  void aHeterogeneousModelIsTheSumOfItsLayers() {
    ModelConfig config = KnownModels.llama(64, 32, 40, 3, new AttentionShape(4, 2, 8), false);
    Architecture child =
        new Architecture(
            config,
            List.of(
                BlockVariant.teacher(),
                BlockVariant.parse("gqa_1+ffn_24"),
                BlockVariant.parse("noop+linear")));
    assertThat(child.parameters()).isEqualTo(elements(TensorNames.of(child)));
  }

  @Test
  void aVariantMustBeGivenForEachLayer() {
    ModelConfig config = KnownModels.llama(64, 32, 40, 3, new AttentionShape(4, 2, 8), false);
    assertThatThrownBy(
            () -> new Architecture(config, Collections.nCopies(2, BlockVariant.teacher())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 block variants for 3 layers");
  }

  @Test
  void onlyAttentionCachesKeysAndValues() {
    ModelConfig config = KnownModels.llama31With8B();
    assertThat(new AttentionVariant.Teacher().cachedHeads(config)).contains(config.attention());
    assertThat(new AttentionVariant.GroupedQuery(2).cachedHeads(config))
        .contains(new AttentionShape(32, 2, 128));
    assertThat(new AttentionVariant.Linear().cachedHeads(config)).isEmpty();
    assertThat(new AttentionVariant.NoOp().cachedHeads(config)).isEmpty();
  }

  /** What is multiplied in a forward pass is what is stored: matrices without norms. */
  @ParameterizedTest
  @ValueSource(strings = {"teacher", "gqa_2", "linear", "noop"})
  void attentionMultipliesEachOfItsMatricesOnce(String id) {
    ModelConfig config = KnownModels.llama31With8B();
    AttentionVariant variant = AttentionVariant.parse(id);
    long norms = variant instanceof AttentionVariant.NoOp ? 0 : config.hiddenSize();
    assertThat(multiplied(variant.operations(config)))
        .isEqualTo(variant.parameters(config) - norms);
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacher", "ffn_3584", "linear", "noop"})
  void anFfnMultipliesEachOfItsMatricesOnce(String id) {
    ModelConfig config = KnownModels.llama31With8B();
    FfnVariant variant = FfnVariant.parse(id);
    long norms = variant instanceof FfnVariant.NoOp ? 0 : config.hiddenSize();
    assertThat(multiplied(variant.operations(config)))
        .isEqualTo(variant.parameters(config) - norms);
  }

  private static long multiplied(List<Operation> operations) {
    return operations.stream()
        .mapToLong(operation ->
            switch (operation) {
              case Operation.Gemm(int inputs, int outputs) -> (long) inputs * outputs;
              case Operation.Experts(int hidden, int channels, _, int experts) ->
                  3L * hidden * channels * experts;
              case Operation.SelfAttention(_, _),
                  Operation.Elementwise(_),
                  Operation.AllReduce(_) ->
                  0;
            })
        .sum();
  }

  private static long elements(SequencedMap<String, List<Long>> tensors) {
    return tensors.values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }
}
