package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A teacher that is a child itself: each of its layers has another shape. */
class UnlikeLayersTest {

  private static final SoftmaxAttention FULL = SoftmaxAttention.plain(new AttentionShape(4, 4, 8));

  private static final Model TEACHER =
      TinyModel.model(
          new Layer(FULL, new GatedFfn(20)),
          new Layer(FULL.withKvHeads(2), new GatedFfn(12)),
          new Layer(new LinearAttention(), new GatedFfn(20)),
          new Layer(new NoAttention(), new GatedFfn(12)),
          new Layer(FULL, new LinearFfn()),
          new Layer(new NoAttention(), new NoFfn()),
          new Layer(FULL.withWindow(4), new GatedFfn(8)));

  private static final List<Attention> ATTENTION =
      List.of(
          FULL.withKvHeads(2),
          FULL.withKvHeads(1),
          FULL.withWindow(3),
          new LinearAttention(),
          new NoAttention());

  private static final List<Ffn> FFN =
      List.of(new GatedFfn(12), new GatedFfn(6), new GatedFfn(4), new LinearFfn(), new NoFfn());

  /** What the layers of {@link #TEACHER} can become, beside what they are. */
  private static final List<List<String>> EXPECTED =
      List.of(
          List.of(
              "gqa_2",
              "gqa_1",
              "gqa_4_window_3",
              "linear",
              "noop", //
              "ffn_12",
              "ffn_6",
              "ffn_4",
              "linear",
              "noop"),
          List.of("gqa_1", "linear", "noop", "ffn_6", "ffn_4", "linear", "noop"),
          List.of("noop", "ffn_12", "ffn_6", "ffn_4", "linear", "noop"),
          List.of("ffn_6", "ffn_4", "linear", "noop"),
          List.of("gqa_2", "gqa_1", "gqa_4_window_3", "linear", "noop", "noop"),
          List.of(),
          List.of("gqa_4_window_3", "linear", "noop", "ffn_6", "ffn_4", "linear", "noop"));

  private static final SearchSpace SPACE =
      new SearchSpace(TEACHER, TEACHER.layers().stream().map(UnlikeLayersTest::smaller).toList());

  private static LayerOptions smaller(Layer own) {
    return new LayerOptions(
        own,
        ATTENTION.stream()
            .filter(other -> own.attention().objectionToBecoming(other).isEmpty())
            .toList(),
        FFN.stream().filter(other -> own.ffn().objectionToBecoming(other).isEmpty()).toList());
  }

  @TempDir Path folder;

  private final TinyDistillation tiny =
      new TinyDistillation(SPACE, TinyModel.weights(TEACHER, 5), TinyModel.batches(6, 4, 8, 12));

  @AfterEach
  void free() {
    tiny.close();
  }

  @Test
  void aLayerMayBecomeWhatIsSmallerThanItIs() {
    for (int layer = 0; layer < EXPECTED.size(); layer++) {
      LayerOptions options = SPACE.layer(layer);
      assertThat(options.own()).isEqualTo(TEACHER.layers().get(layer));
      assertThat(options.layers().getFirst()).isEqualTo(options.own());
      assertThat(others(options)).as("layer %d", layer).isEqualTo(EXPECTED.get(layer));
    }
  }

  private static List<String> others(LayerOptions options) {
    return Stream.<Subblock>concat(options.otherAttention().stream(), options.otherFfn().stream())
        .map(Subblock::id)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"SEPARATE, DECOUPLED, F32", "ELASTIC, DECOUPLED, BF16", "ELASTIC, COUPLED, F32"})
  void everyVariantImitatesItsOwnLayerAsWellAsTheLibrarySays(
      Distillation.Form form, Distillation.Pairing pairing, TensorType stored) throws IOException {
    BlockLibrary library = distill(form, pairing, stored);
    tiny.visit(layer -> requireStatistics(library, layer, pairing, stored));
    assertThat(library.statistics())
        .filteredOn(one -> one.lossAfter() < 0.9 * one.lossBefore())
        .as("trainings that helped")
        .hasSizeGreaterThan(8);
  }

  private void requireStatistics(
      BlockLibrary library, TeacherLayer layer, Distillation.Pairing pairing, TensorType stored)
      throws IOException {
    LayerOptions options = SPACE.layer(layer.index());
    List<TrainingStatistics> statistics = TinyDistillation.statistics(library, layer.index());
    int pairs =
        pairing == Distillation.Pairing.COUPLED
            ? options.otherAttention().size() * options.otherFfn().size()
            : 0;
    assertThat(statistics).hasSize(EXPECTED.get(layer.index()).size() + pairs);
    for (TrainingStatistics one : statistics) {
      assertThat(one.lossAfter())
          .as(one.toString())
          .isCloseTo(
              tiny.validationLoss(library, layer, one.replacement()),
              within(stored == TensorType.F32 ? 1e-5 : 1e-2))
          .isLessThanOrEqualTo(one.lossBefore());
    }
  }

  /** Each layer in turn becomes each of its variants: the child is the teacher with that layer. */
  @Test
  void childrenAreMadeOfTheLibraryAndOfWhatTheTeachersLayersAre() throws IOException {
    BlockLibrary library =
        distill(Distillation.Form.ELASTIC, Distillation.Pairing.DECOUPLED, TensorType.F32);
    DeviceTensor ids = tiny.batches.getFirst().ids(tiny.memory);
    float[] teachers = logits(TEACHER, tiny.teacher, ids);
    assertThat(logits(TEACHER, library.child(Child.unchanged(TEACHER)), ids)).isEqualTo(teachers);
    for (int layer = 0; layer < EXPECTED.size(); layer++) {
      for (Layer instead : SPACE.layer(layer).layers()) {
        List<Layer> layers = new ArrayList<>(TEACHER.layers());
        layers.set(layer, instead);
        Child child = Child.of(TEACHER, layers);
        float[] logits = logits(child.model(), library.child(child), ids);
        if (child.model().equals(TEACHER)) {
          assertThat(logits).isEqualTo(teachers);
        } else {
          assertThat(logits).isNotEqualTo(teachers).hasSameSizeAs(teachers);
        }
      }
    }
  }

  private float[] logits(Model model, TensorSource tensors, DeviceTensor ids) throws IOException {
    try (LanguageModel loaded =
        LanguageModel.load(tiny.memory, model, tensors, Precision.FLOAT32)) {
      return loaded.forward(ids).toFloats();
    }
  }

  private BlockLibrary distill(
      Distillation.Form form, Distillation.Pairing pairing, TensorType stored) throws IOException {
    Distillation settings = TinyDistillation.settings(12, pairing, form, EarlyStop.never(), 100);
    return tiny.distill(folder, settings, stored);
  }
}
