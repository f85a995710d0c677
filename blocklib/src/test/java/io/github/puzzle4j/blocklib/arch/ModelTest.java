package io.github.puzzle4j.blocklib.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelTest {

  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(32, 8, 128));
  private static final int HIDDEN = 4096;

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
    Model model =
        KnownModels.llama(
            vocabulary,
            hidden,
            intermediate,
            layers,
            new AttentionShape(heads, kvHeads, headDim),
            tied);
    assertThat(model.parameters()).as(name).isEqualTo(parameters);
    assertThat(elements(model.tensors())).as(name).isEqualTo(parameters);
  }

  static Stream<Layer> layers() {
    Layer own = new Layer(ATTENTION, new GatedFfn(14336));
    SoftmaxAttention rich =
        new SoftmaxAttention(
            ATTENTION.heads(), 512, Biases.QUERY_KEY_VALUE, HeadNorm.QUERY_AND_KEY);
    return Stream.of(
        own,
        new Layer(ATTENTION.withKvHeads(4), new GatedFfn(7168)),
        new Layer(ATTENTION.withKvHeads(1), new LinearFfn()),
        new Layer(new LinearAttention(), new GatedFfn(1)),
        new Layer(new LinearAttention(), new NoFfn()),
        own.with(new NoAttention()),
        own.with(rich),
        own.with(
            new SoftmaxAttention(
                ATTENTION.heads(), SoftmaxAttention.NO_WINDOW, Biases.ALL, HeadNorm.NONE)),
        new Layer(new NoAttention(), new NoFfn()));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aLayerHasAsManyParametersAsItsTensorsHaveElements(Layer layer) {
    assertThat(layer.parameters(HIDDEN)).isEqualTo(elements(layer.tensors(HIDDEN)));
  }

  @Test
  void aHeterogeneousModelIsTheSumOfItsLayers() {
    Model teacher = KnownModels.llama(64, 32, 40, 3, new AttentionShape(4, 2, 8), false);
    Layer own = teacher.layers().getFirst();
    SoftmaxAttention one = SoftmaxAttention.plain(new AttentionShape(4, 1, 8));
    Model child =
        teacher.withLayers(
            List.of(
                own,
                new Layer(one, new GatedFfn(24)),
                new Layer(new NoAttention(), new LinearFfn())));
    assertThat(child.parameters()).isEqualTo(elements(child.tensors()));
    assertThat(child.parameters())
        .isEqualTo(
            child.common().parameters()
                + child.layers().stream().mapToLong(layer -> layer.parameters(32)).sum());
    assertThat(child.firstUnlike()).hasValue(1);
    assertThat(teacher.firstUnlike()).isEmpty();
    assertThat(child.cachedElementsPerToken()).isEqualTo(2 * 2 * 8 + 2 * 8);
  }

  @Test
  void theFirstSoftmaxAttentionIsFoundWhereverItIs() {
    Model teacher = KnownModels.llama31With8B();
    Layer own = teacher.layers().getFirst();
    Layer without = own.with(new NoAttention());
    Layer narrow = own.with(ATTENTION.withKvHeads(2));
    assertThat(teacher.withLayers(List.of(without, narrow, own)).firstSoftmax())
        .contains(ATTENTION.withKvHeads(2));
    assertThat(teacher.withLayers(List.of(without)).firstSoftmax()).isEmpty();
  }

  @Test
  void tensorsAreThoseOfTheLayersThenTheCommonOnes() {
    Model tied = KnownModels.llama(64, 32, 40, 2, new AttentionShape(4, 2, 8), true);
    Model untied = KnownModels.llama(64, 32, 40, 2, new AttentionShape(4, 2, 8), false);
    assertThat(tied.tensors().keySet())
        .startsWith(
            "model.layers.0.input_layernorm.weight", "model.layers.0.self_attn.q_proj.weight")
        .endsWith(
            "model.layers.1.mlp.down_proj.weight", TensorNames.EMBEDDING, TensorNames.FINAL_NORM)
        .hasSize(2 * 9 + 2);
    assertThat(untied.tensors()).hasSize(2 * 9 + 3).containsKey(TensorNames.LM_HEAD);
    assertThat(untied.tensors())
        .containsEntry("model.layers.1.self_attn.k_proj.weight", List.of(16L, 32L))
        .containsEntry("model.layers.1.mlp.down_proj.weight", List.of(32L, 40L));
  }

  @Test
  void aModelHasAtLeastOneLayer() {
    Model model = KnownModels.llama31With8B();
    assertThatThrownBy(() -> model.withLayers(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one layer");
  }

  @Test
  void theLayerThatDoesNotDivideIsNamed() {
    Model teacher = KnownModels.llama31With8B();
    Layer own = teacher.layers().getFirst();
    Model child = teacher.withLayers(List.of(own, own.with(new GatedFfn(1001))));
    assertThat(child.objection(2))
        .contains("layer 1: 1001 FFN channels do not divide among 2 GPUs");
    assertThat(child.objection(1)).isEmpty();
  }

  @Test
  void expertsAndFourBitsArePricedAndNotComputed() {
    Model teacher = KnownModels.llama31With8B();
    Layer own = teacher.layers().getFirst();
    Model mixture = teacher.withLayers(List.of(own, own.with(new ExpertsFfn(8, 2, 14336, 0))));
    assertThat(teacher.objectionToComputing()).isEmpty();
    assertThat(mixture.objectionToComputing())
        .contains("llama with 8 experts per layer can be priced, not computed");
    assertThatThrownBy(mixture::tensors).hasMessageContaining("experts_8 has no weights here");
  }

  @Test
  void onlySoftmaxAttentionCachesKeysAndValues() {
    assertThat(ATTENTION.cache()).contains(new KvCache(8, 128, SoftmaxAttention.NO_WINDOW));
    assertThat(ATTENTION.withKvHeads(2).withWindow(64).cache()).contains(new KvCache(2, 128, 64));
    assertThat(new LinearAttention().cache()).isEmpty();
    assertThat(new NoAttention().cache()).isEmpty();
  }

  /** What is multiplied in a forward pass is what is stored: matrices without norms. */
  @ParameterizedTest
  @MethodSource("layers")
  void aSubblockMultipliesEachOfItsMatricesOnce(Layer layer) {
    for (Subblock part : List.of(layer.attention(), layer.ffn())) {
      assertThat(multiplied(part.operations(HIDDEN, 1)))
          .as(part.id())
          .isEqualTo(part.matrixParameters(HIDDEN, 1))
          .isEqualTo(matrices(part.tensors(HIDDEN)));
    }
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

  private static long matrices(SequencedMap<String, List<Long>> tensors) {
    return tensors.values().stream()
        .filter(shape -> shape.size() == 2)
        .mapToLong(shape -> shape.getFirst() * shape.getLast())
        .sum();
  }

  private static long elements(SequencedMap<String, List<Long>> tensors) {
    return tensors.values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }
}
