package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in the place of more layers. */
class SpanDistillationTest {

  private static final long ROOM = 1 << 20;
  private static final int KILLED_IN_LAYER_1 = 50;
  private static final Layer OWN = TinyModel.LAYER;
  private static final Model TEACHER = TinyModel.model(4);
  private static final Replacement ONE_FOR_TWO = new Replacement(new Span(1, 2), List.of(OWN));
  private static final Replacement NARROW_FOR_TWO =
      new Replacement(
          new Span(1, 2), List.of(new Layer(TinyModel.ATTENTION.withKvHeads(1), new GatedFfn(9))));
  private static final Replacement TWO_FOR_THREE =
      new Replacement(new Span(1, 3), List.of(OWN.with(new NoFfn()), OWN));
  private static final List<Replacement> WIDER =
      List.of(ONE_FOR_TWO, NARROW_FOR_TWO, TWO_FOR_THREE);

  private static final SearchSpace SPACE =
      new SearchSpace(
          TEACHER,
          Collections.nCopies(4, new LayerOptions(OWN, List.of(), List.of(new NoFfn()))),
          WIDER);

  private static final Distillation SETTINGS =
      TinyDistillation.settings(
          40, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE, EarlyStop.never(), 6);

  @TempDir Path folder;

  @Test
  void itLearnsWhatTheLayersDidTogether() throws IOException {
    try (TinyDistillation tiny = new TinyDistillation(SPACE)) {
      List<TrainingStatistics> reported = new ArrayList<>();
      BlockLibrary library =
          tiny.distill(folder, SETTINGS, TensorType.F32, ActivationStore.inMemory(), reported::add);
      assertThat(library.statistics()).isEqualTo(reported);
      for (Replacement replacement : WIDER) {
        TrainingStatistics statistics =
            library
                .statistics(library.plan().training(replacement).orElseThrow())
                .orElseThrow()
                .getFirst();
        assertThat(statistics.replacement()).isEqualTo(replacement);
        assertThat(statistics.part()).isEqualTo(TrainedPart.BLOCK);
        assertThat(statistics.lossAfter())
            .as(statistics.toString())
            .isLessThan(0.8 * statistics.lossBefore())
            .isCloseTo(loss(tiny, library, replacement), within(1e-5));
        assertThat(library.isComposed(replacement)).isFalse();
      }
    }
  }

  /** From what enters the first layer to what leaves the last one, by whole models. */
  private static double loss(TinyDistillation tiny, BlockLibrary library, Replacement replacement)
      throws IOException {
    double sum = 0;
    try (DeviceMemory scope = tiny.memory.newScope();
        LanguageModel teacher =
            LanguageModel.load(scope, TEACHER, tiny.teacher, Precision.FLOAT32)) {
      List<BlockWeights> replaced = library.load(scope, replacement);
      int batches = tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor hidden = teacher.embed(tiny.batches.get(batch).ids(scope));
        DeviceTensor ours = hidden;
        for (int layer = 0; layer <= replacement.span().last(); layer++) {
          hidden = tiny.runner.block(teacher.blocks().get(layer), hidden);
          ours = layer < replacement.span().first() ? hidden : ours;
        }
        for (BlockWeights block : replaced) {
          ours = tiny.runner.block(block, ours);
        }
        sum += TensorReference.blockLoss(ours, hidden).toFloat();
      }
    }
    return sum / TinyDistillation.VALIDATION;
  }

  /** In the first layers, in a training of one layer, of a span, and just behind one. */
  @ParameterizedTest
  @ValueSource(ints = {3, 30, 50, 60, 110, 180, 220, 260, 300})
  void whereverItIsKilledTheLibraryIsTheSame(int reads) throws IOException {
    distill("whole", Integer.MAX_VALUE);
    assertThatThrownBy(() -> distill("killed", reads)).hasMessage("killed");
    distill("killed", Integer.MAX_VALUE);
    assertThat(TinyDistillation.files(folder.resolve("killed")))
        .isEqualTo(TinyDistillation.files(folder.resolve("whole")));
    assertThat(folder.resolve("killed-activations")).doesNotExist();
  }

  /** With the room that one run needs, what a killed one left is used and not added to. */
  @Test
  void whatAKilledRunLeftOfASpanDoesNotTakeTheRoomTwice() throws IOException {
    // Of layer 1: what enters and leaves it and both spans, and what is between its subblocks.
    long room = 5 * (6L * 4 * 8 * TinyModel.HIDDEN * 2 + 1024);
    assertThatThrownBy(() -> distill("killed", KILLED_IN_LAYER_1, room)).hasMessage("killed");
    assertThat(TinyDistillation.files(folder.resolve("killed-activations")).keySet())
        .anyMatch(name -> name.endsWith("-layer-001.safetensors"))
        .anyMatch(name -> name.endsWith("-layer-001-span-2.safetensors"))
        .anyMatch(name -> name.endsWith("-layer-001-span-3.safetensors"));
    distill("killed", Integer.MAX_VALUE, room);
    assertThat(folder.resolve("killed-activations")).doesNotExist();
  }

  /** A span that is trained already is not kept again for the sake of another training. */
  @Test
  void inputsOfSpansThatAreTrainedAreNotKept() throws IOException {
    distill("library", Integer.MAX_VALUE);
    try (TinyDistillation tiny = new TinyDistillation(SPACE);
        ActivationStore disk = ActivationStore.onDisk(folder.resolve("activations"), ROOM)) {
      BlockLibrary library = tiny.library(folder.resolve("library"), SETTINGS, TensorType.BF16);
      Train lost = library.plan().trainings(1).getFirst();
      java.nio.file.Files.delete(folder.resolve("library/" + library.store().key(lost) + ".json"));
      List<String> seen = new ArrayList<>();
      tiny.distill(
          tiny.library(folder.resolve("library"), SETTINGS, TensorType.BF16),
          new WatchedStore(disk) {
            @Override
            void beforeRead() {
              Map<String, String> files = Map.of();
              try {
                files = TinyDistillation.files(folder.resolve("activations"));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              } finally {
                seen.addAll(files.keySet());
              }
            }
          },
          one -> {});
      assertThat(seen).isNotEmpty().noneMatch(name -> name.contains("-span-"));
    }
    assertThat(folder.resolve("activations")).doesNotExist();
  }

  @Test
  void aChildHasItsTensorsUnderTheNumbersOfItsOwnLayers() throws IOException {
    try (TinyDistillation tiny = new TinyDistillation(SPACE)) {
      BlockLibrary library = tiny.distill(folder, SETTINGS, TensorType.F32);
      Child child =
          new Child(
              TEACHER, List.of(Replacement.of(0, OWN), NARROW_FOR_TWO, Replacement.of(3, OWN)));
      TensorSource tensors = library.child(child);
      assertThat(tensors.names()).containsExactlyElementsOf(child.model().tensors().keySet());
      assertThat(child.model().layers()).hasSize(3);
      BlockWeights merged = library.load(tiny.memory, NARROW_FOR_TWO).getFirst();
      for (String suffix : merged.all().keySet()) {
        assertThat(tensors.tensor("model.layers.1." + suffix).toFloats())
            .isEqualTo(merged.all().get(suffix).toFloats());
      }
      for (String suffix : OWN.tensors(TinyModel.HIDDEN).keySet()) {
        assertThat(tensors.tensor("model.layers.0." + suffix).toFloats())
            .isEqualTo(tiny.teacher.tensor("model.layers.0." + suffix).toFloats());
        assertThat(tensors.tensor("model.layers.2." + suffix).toFloats())
            .isEqualTo(tiny.teacher.tensor("model.layers.3." + suffix).toFloats());
      }
      Child shorter = new Child(TEACHER, List.of(Replacement.of(0, OWN), TWO_FOR_THREE));
      List<BlockWeights> two = library.load(tiny.memory, TWO_FOR_THREE);
      TensorSource both = library.child(shorter);
      assertThat(both.names()).containsExactlyElementsOf(shorter.model().tensors().keySet());
      for (int position = 0; position < 2; position++) {
        for (Map.Entry<String, DeviceTensor> one : two.get(position).all().entrySet()) {
          assertThat(
                  both.tensor("model.layers.%d.%s".formatted(position + 1, one.getKey()))
                      .toFloats())
              .isEqualTo(one.getValue().toFloats());
        }
      }
      try (LanguageModel loaded =
          LanguageModel.load(tiny.memory, shorter.model(), both, Precision.FLOAT32)) {
        DeviceTensor ids = tiny.batches.getFirst().ids(tiny.memory);
        assertThat(loaded.forward(ids).toFloats()).doesNotContain(Float.NaN);
      }
    }
  }

  private void distill(String name, int reads) throws IOException {
    distill(name, reads, ROOM);
  }

  private void distill(String name, int reads, long room) throws IOException {
    try (TinyDistillation tiny = new TinyDistillation(SPACE);
        ActivationStore disk =
            ActivationStore.onDisk(folder.resolve(name + "-activations"), room)) {
      tiny.distill(
          folder.resolve(name),
          SETTINGS,
          TensorType.BF16,
          new KillingStore(disk, reads),
          one -> {});
    }
  }
}
