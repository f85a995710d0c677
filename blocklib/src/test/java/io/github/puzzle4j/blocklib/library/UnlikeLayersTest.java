package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A teacher that is a child itself: each of its layers has another shape. */
class UnlikeLayersTest {

  private static final ModelConfig CONFIG = TinyModel.config(7, new AttentionShape(4, 4, 8), false);

  private static final Architecture TEACHER =
      new Architecture(
          CONFIG,
          Stream.of(
                  "teacher+teacher",
                  "gqa_2+ffn_12",
                  "linear+teacher",
                  "noop+ffn_12",
                  "teacher+linear",
                  "noop+noop",
                  "window_4+ffn_8")
              .map(BlockVariant::parse)
              .toList());

  private static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new AttentionVariant.GroupedQuery(2),
              new AttentionVariant.GroupedQuery(1),
              new AttentionVariant.SlidingWindow(3),
              new AttentionVariant.Linear(),
              new AttentionVariant.NoOp()),
          List.of(
              new FfnVariant.Pruned(12),
              new FfnVariant.Pruned(6),
              new FfnVariant.Pruned(4),
              new FfnVariant.Linear(),
              new FfnVariant.NoOp()));

  /** What the layers of {@link #TEACHER} can become, beside what they are. */
  private static final List<List<String>> EXPECTED =
      List.of(
          List.of(
              "gqa_2",
              "gqa_1",
              "window_3",
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
          List.of("gqa_2", "gqa_1", "window_3", "linear", "noop", "noop"),
          List.of(),
          List.of("window_3", "linear", "noop", "ffn_6", "ffn_4", "linear", "noop"));

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final TensorSource weights = TinyModel.weights(TEACHER, 5);
  private final List<TokenBatch> batches = TinyModel.batches(6, 4, 8, 12);
  private final BlockRunner runner = new BlockRunner(memory, CONFIG, Precision.FLOAT32);

  private BlockLibrary library;

  @BeforeEach
  void open() {
    library = new BlockLibrary(folder);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void aLayerMayBecomeWhatIsSmallerThanItIs() {
    LayerSpaces spaces = LayerSpaces.of(SPACE, TEACHER);
    for (int layer = 0; layer < EXPECTED.size(); layer++) {
      SearchSpace space = spaces.layer(layer);
      assertThat(space.own()).isEqualTo(TEACHER.blocks().get(layer));
      assertThat(space.blocks().getFirst()).isEqualTo(space.own());
      assertThat(others(space)).as("layer %d", layer).isEqualTo(EXPECTED.get(layer));
    }
  }

  private static List<String> others(SearchSpace space) {
    return Stream.concat(
            space.otherAttention().stream().map(AttentionVariant::id),
            space.otherFfn().stream().map(FfnVariant::id))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"SEPARATE, DECOUPLED, F32", "ELASTIC, DECOUPLED, BF16", "ELASTIC, COUPLED, F32"})
  void everyVariantImitatesItsOwnLayerAsWellAsTheLibrarySays(
      Distillation.Form form, Distillation.Pairing pairing, TensorType stored) throws IOException {
    distill(form, pairing, stored);
    new TeacherWalk(TEACHER, weights, runner)
        .visit(memory, batches, layer -> requireStatistics(layer, pairing, stored));
    assertThat(library.statistics())
        .filteredOn(one -> one.lossAfter() < 0.9 * one.lossBefore())
        .as("trainings that helped")
        .hasSizeGreaterThan(8);
  }

  private void requireStatistics(
      TeacherLayer layer, Distillation.Pairing pairing, TensorType stored) throws IOException {
    SearchSpace space = LayerSpaces.of(SPACE, TEACHER).layer(layer.index());
    List<VariantStatistics> statistics = library.statistics(layer.index());
    int pairs =
        pairing == Distillation.Pairing.COUPLED
            ? space.otherAttention().size() * space.otherFfn().size()
            : 0;
    assertThat(statistics).hasSize(EXPECTED.get(layer.index()).size() + pairs);
    for (VariantStatistics one : statistics) {
      assertThat(one.lossAfter())
          .as(one.toString())
          .isCloseTo(
              loss(layer, variant(space.own(), one)),
              within(stored == TensorType.F32 ? 1e-5 : 1e-2))
          .isLessThanOrEqualTo(one.lossBefore());
    }
  }

  /** Each layer in turn becomes each of its variants: the child is the teacher with that layer. */
  @Test
  void childrenAreMadeOfTheLibraryAndOfWhatTheTeachersLayersAre() throws IOException {
    distill(Distillation.Form.ELASTIC, Distillation.Pairing.DECOUPLED, TensorType.F32);
    DeviceTensor ids = batches.getFirst().ids(memory);
    float[] teachers = logits(TEACHER, weights, ids);
    assertThat(logits(TEACHER, library.child(weights, TEACHER, TEACHER), ids)).isEqualTo(teachers);
    for (int layer = 0; layer < EXPECTED.size(); layer++) {
      for (BlockVariant variant : LayerSpaces.of(SPACE, TEACHER).layer(layer).blocks()) {
        List<BlockVariant> blocks = new ArrayList<>(TEACHER.blocks());
        blocks.set(layer, variant);
        Architecture child = new Architecture(CONFIG, blocks);
        float[] logits = logits(child, library.child(weights, TEACHER, child), ids);
        if (child.equals(TEACHER)) {
          assertThat(logits).isEqualTo(teachers);
        } else {
          assertThat(logits).isNotEqualTo(teachers).hasSameSizeAs(teachers);
        }
      }
    }
  }

  private float[] logits(Architecture architecture, TensorSource tensors, DeviceTensor ids)
      throws IOException {
    try (LanguageModel model =
        LanguageModel.load(memory, architecture, tensors, Precision.FLOAT32)) {
      return model.forward(ids, false).toFloats();
    }
  }

  private void distill(Distillation.Form form, Distillation.Pairing pairing, TensorType stored)
      throws IOException {
    Distillation settings =
        TinyDistillation.settings(12, pairing, form, TrainingSettings.EarlyStop.never(), 100);
    new BlockDistiller(SPACE, settings, stored)
        .distill(
            memory,
            TEACHER,
            weights,
            runner,
            batches,
            TinyDistillation.VALIDATION,
            library,
            one -> {});
  }

  private static BlockVariant variant(BlockVariant own, VariantStatistics one) {
    return switch (one.subblock()) {
      case ATTENTION -> new BlockVariant(AttentionVariant.parse(one.variant()), own.ffn());
      case FFN -> new BlockVariant(own.attention(), FfnVariant.parse(one.variant()));
      case BLOCK -> BlockVariant.parse(one.variant());
    };
  }

  private double loss(TeacherLayer layer, BlockVariant variant) throws IOException {
    double sum = 0;
    try (DeviceMemory scope = memory.newScope()) {
      BlockWeights replaced = library.load(scope, weights, TEACHER, layer.index(), variant);
      int count = layer.inputs().batches();
      for (int batch = count - TinyDistillation.VALIDATION; batch < count; batch++) {
        DeviceTensor input = layer.inputs().batch(scope, batch);
        DeviceTensor wanted = runner.block(layer.weights(), input, false);
        sum += TensorReference.blockLoss(runner.block(replaced, input, false), wanted).toFloat();
      }
    }
    return sum / TinyDistillation.VALIDATION;
  }
}
