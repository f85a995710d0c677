package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockLibraryTest {

  private static final SoftmaxAttention ONE = TinyModel.ATTENTION.withKvHeads(1);
  private static final Layer REPLACED = new Layer(ONE, new GatedFfn(6));
  private static final Replacement PAIR = Replacement.of(1, REPLACED);
  private static final Replacement ATTENTION_ALONE = Replacement.of(1, TinyModel.LAYER.with(ONE));
  private static final Replacement FFN_ALONE =
      Replacement.of(1, TinyModel.LAYER.with(new GatedFfn(6)));

  @TempDir Path folder;

  private final TinyDistillation tiny =
      new TinyDistillation(
          SearchSpace.uniform(
              TinyModel.model(2),
              List.of(ONE, new NoAttention()),
              List.of(new GatedFfn(6), new NoFfn())));

  @AfterEach
  void free() {
    tiny.close();
  }

  @Test
  void aChildHasTheVariantsOfTheLibraryAndTheRestOfItsTeacher() throws IOException {
    BlockLibrary library = filled(Distillation.Pairing.DECOUPLED);
    Child child = Child.of(tiny.model, List.of(TinyModel.LAYER.with(new NoAttention()), REPLACED));
    TensorSource tensors = library.child(child);
    assertThat(tensors.names()).containsExactlyElementsOf(child.model().tensors().keySet());
    for (String name : child.model().tensors().keySet()) {
      assertThat(tensors.spec(name)).as(name).isEqualTo(tensors.tensor(name).spec());
      assertThat(tensors.spec(name).shape()).isEqualTo(child.model().tensors().get(name));
    }
    assertThat(tensors.tensor("model.layers.0.mlp.up_proj.weight").toFloats())
        .isEqualTo(tiny.teacher.tensor("model.layers.0.mlp.up_proj.weight").toFloats());
    assertThat(tensors.tensor("model.embed_tokens.weight").toFloats())
        .isEqualTo(tiny.teacher.tensor("model.embed_tokens.weight").toFloats());
    assertThat(tensors.tensor("model.layers.1.self_attn.k_proj.weight").toFloats())
        .isEqualTo(key(load(library, ATTENTION_ALONE)));
    assertThat(tensors.tensor("model.layers.1.mlp.down_proj.weight").toFloats())
        .isEqualTo(floats(load(library, FFN_ALONE).ffn(), GatedFfn.DOWN));
    try (LanguageModel model =
        LanguageModel.load(tiny.memory, child.model(), tensors, Precision.FLOAT32)) {
      assertThat(
              model.forward(TinyModel.batches(1, 1, 3, 1).getFirst().ids(tiny.memory)).toFloats())
          .doesNotContain(Float.NaN);
    }
    assertThatThrownBy(() -> tensors.tensor("model.layers.0.self_attn.k_proj.weight"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no tensor 'model.layers.0.self_attn.k_proj.weight' in the child");
  }

  @Test
  void thatWhichIsTheTeachersIsReadFromTheTeacherAndNotStored() throws IOException {
    BlockLibrary library = filled(Distillation.Pairing.DECOUPLED);
    assertThat(library.isComposed(Replacement.of(1, TinyModel.LAYER))).isTrue();
    BlockWeights own = load(library, Replacement.of(1, TinyModel.LAYER));
    own.all()
        .forEach((suffix, tensor) -> assertThat(tensor.toFloats()).isEqualTo(teachers(1, suffix)));
    library
        .tensors(FFN_ALONE)
        .getFirst()
        .forEach((suffix, tensor) -> assertThat(tensor.spec().type()).isEqualTo(TensorType.F32));
    assertThat(key(load(library, FFN_ALONE))).isEqualTo(teachers(1, SoftmaxAttention.KEY));
  }

  /**
   * A regression: with pairs, what a layer without an FFN was scored with was the attention of the
   * pair, which had learnt to do without.
   */
  @Test
  void loadedApartAnAttentionBesideNothingIsTheOneThatWasTrainedAlone() throws IOException {
    BlockLibrary library = filled(Distillation.Pairing.COUPLED);
    Layer beside = new Layer(ONE, new NoFfn());
    Replacement pair = Replacement.of(1, beside);
    assertThat(library.isComposed(pair)).isFalse();
    BlockWeights apart = library.loadApart(tiny.memory, 1, beside);
    assertThat(apart.layer()).isEqualTo(beside);
    assertThat(apart.ffn()).isEmpty();
    assertThat(key(apart))
        .isEqualTo(key(load(library, ATTENTION_ALONE)))
        .isNotEqualTo(key(load(library, pair)));
  }

  @Test
  void loadedApartAnFfnBehindNothingIsTheOneThatWasTrainedAlone() throws IOException {
    BlockLibrary library = filled(Distillation.Pairing.COUPLED);
    Layer behind = new Layer(new NoAttention(), new GatedFfn(6));
    Replacement pair = Replacement.of(1, behind);
    assertThat(library.isComposed(pair)).isFalse();
    BlockWeights apart = library.loadApart(tiny.memory, 1, behind);
    assertThat(apart.attention()).isEmpty();
    assertThat(floats(apart.ffn(), GatedFfn.DOWN))
        .isEqualTo(floats(load(library, FFN_ALONE).ffn(), GatedFfn.DOWN))
        .isNotEqualTo(floats(load(library, pair).ffn(), GatedFfn.DOWN));
  }

  @Test
  void aPairThatWasTrainedTogetherHasWeightsOfItsOwn() throws IOException {
    BlockLibrary coupled = filled(Distillation.Pairing.COUPLED);
    assertThat(coupled.isComposed(PAIR)).isFalse();
    BlockWeights apart = coupled.loadApart(tiny.memory, 1, REPLACED);
    assertThat(key(load(coupled, PAIR))).isNotEqualTo(key(apart));
    assertThat(key(apart)).isEqualTo(key(load(coupled, ATTENTION_ALONE)));
  }

  @Test
  void aVariantThatIsNotThereIsNamed() throws IOException {
    BlockLibrary empty = library(Distillation.Pairing.DECOUPLED);
    assertThat(empty.isComplete()).isFalse();
    assertThatThrownBy(() -> empty.load(tiny.memory, PAIR))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the library has no weights of L1/gqa_1+ffn_20: it was not trained");
    assertThatThrownBy(empty::statistics)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L0/gqa_1+ffn_20");
    assertThat(empty.statistics(training(empty, ATTENTION_ALONE))).isEmpty();
    BlockLibrary library = filled(Distillation.Pairing.DECOUPLED);
    Replacement other = Replacement.of(1, TinyModel.LAYER.with(new LinearFfn()));
    assertThatThrownBy(() -> library.load(tiny.memory, other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/gqa_2+linear");
    assertThatThrownBy(() ->
            library.child(
                Child.of(tiny.model, List.of(TinyModel.LAYER, other.instead().getFirst()))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/gqa_2+linear");
  }

  @Test
  void weightsOfAnotherShapeAreRefused() throws IOException {
    BlockLibrary library = library(Distillation.Pairing.DECOUPLED);
    Train training = training(library, ATTENTION_ALONE);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String suffix : ONE.tensors(TinyModel.HIDDEN).keySet()) {
      tensors.put(
          LibraryTensor.prefix(ATTENTION_ALONE, 0) + suffix,
          Tensor.ofFloats(TensorType.F32, List.of(2L, 3L), new float[6]));
    }
    SequencedMap<String, TaskStore.FileWriter> files = new LinkedHashMap<>();
    files.put(LibraryTensor.FILE, file -> SafetensorsWriter.write(file, TensorSource.of(tensors)));
    library
        .store()
        .write(
            training,
            new Train.Result(
                List.of(
                    new TrainingStatistics(
                        ATTENTION_ALONE,
                        TrainedPart.ATTENTION,
                        0.5,
                        0.25,
                        7,
                        TrainingStatistics.Weights.STORED))),
            files);
    assertThatThrownBy(() -> library.load(tiny.memory, ATTENTION_ALONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("gqa_1");
  }

  @Test
  void statisticsComeBackAsTheyWereWritten() throws IOException {
    BlockLibrary library = library(Distillation.Pairing.DECOUPLED);
    Train training = training(library, FFN_ALONE);
    TrainingStatistics statistics =
        new TrainingStatistics(
            FFN_ALONE, TrainedPart.FFN, 0.1 + 0.2, 1e-300, 7, TrainingStatistics.Weights.STORED);
    library.store().write(training, new Train.Result(List.of(statistics)));
    assertThat(library(Distillation.Pairing.DECOUPLED).statistics(training).orElseThrow())
        .containsExactly(statistics);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "[]",
        "{}",
        "{\"replacements\": [{\"part\": \"FFN\"}]}",
        "{\"replacements\": [], \"more\": 1}"
      })
  void statisticsThatAreNoneAreRefused(String json) throws IOException {
    BlockLibrary library = library(Distillation.Pairing.DECOUPLED);
    Train training = training(library, FFN_ALONE);
    assertThatThrownBy(() -> library.store().write(training, Json.mapper().readTree(json)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("train/")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[0, 1]", "[0,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]"})
  void anOrderThatIsNoneIsRefused(String channels) throws IOException {
    BlockLibrary library = library(Distillation.Pairing.DECOUPLED);
    assertThatThrownBy(() -> library.channelOrder(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the channels of layer 1 are not ranked");
    assertThatThrownBy(
            () -> {
              library
                  .store()
                  .write(
                      library.plan().ranking(1).orElseThrow(),
                      Json.mapper().readTree("{\"channels\": " + channels + "}"));
              library.channelOrder(1);
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the stored ranking is no permutation of 20 channels");
  }

  @Test
  void aLibraryIsCompleteOnlyWithAllRankingsAndTrainings() throws IOException {
    BlockLibrary library = filled(Distillation.Pairing.DECOUPLED);
    assertThat(library.isComplete()).isTrue();
    String ranking = library.store().key(library.plan().ranking(0).orElseThrow()).toString();
    Files.delete(folder.resolve(ranking + ".json"));
    assertThat(library(Distillation.Pairing.DECOUPLED).isComplete()).isFalse();
    assertThat(library(Distillation.Pairing.COUPLED).isComplete()).isFalse();
  }

  private float[] teachers(int layer, String suffix) {
    try {
      return tiny.teacher.tensor("model.layers." + layer + "." + suffix).toFloats();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Train training(BlockLibrary library, Replacement replacement) {
    return library.plan().training(replacement).orElseThrow();
  }

  private BlockWeights load(BlockLibrary library, Replacement replacement) throws IOException {
    return library.load(tiny.memory, replacement).getFirst();
  }

  private static float[] key(BlockWeights weights) {
    return floats(weights.attention(), SoftmaxAttention.KEY);
  }

  private static float[] floats(Map<String, DeviceTensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name).toFloats();
  }

  private BlockLibrary library(Distillation.Pairing pairing) {
    return tiny.library(folder, settings(pairing), TensorType.F32);
  }

  private BlockLibrary filled(Distillation.Pairing pairing) throws IOException {
    return tiny.distill(folder, settings(pairing), TensorType.F32);
  }

  private static Distillation settings(Distillation.Pairing pairing) {
    return TinyDistillation.settings(
        12, pairing, Distillation.Form.SEPARATE, EarlyStop.never(), 100);
  }
}
