package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockDistillerTest {

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation();

  @AfterEach
  void free() {
    tiny.close();
  }

  @Test
  void everyVariantOfEveryLayerIsInTheLibraryAndNoWorseThanAtItsStart() throws IOException {
    List<VariantStatistics> reported = new ArrayList<>();
    BlockLibrary library = tiny.distill(folder, 1, TensorType.F32, reported::add);
    assertThat(library.statistics()).isEqualTo(reported);
    assertThat(
            reported.stream()
                .map(one -> one.layer() + " " + one.subblock().id() + " " + one.variant()))
        .containsExactly(
            "0 attention gqa_1",
            "0 attention linear",
            "0 attention noop",
            "0 ffn ffn_10",
            "0 ffn linear",
            "0 ffn noop",
            "1 attention gqa_1",
            "1 attention linear",
            "1 attention noop",
            "1 ffn ffn_10",
            "1 ffn linear",
            "1 ffn noop");
    for (VariantStatistics one : reported) {
      assertThat(one.lossBefore()).as(one.toString()).isPositive().isLessThan(10);
      if (one.variant().equals("noop")) {
        assertThat(one.lossAfter()).isEqualTo(one.lossBefore());
        assertThat(one.steps()).isZero();
      } else {
        assertThat(one.lossAfter()).as(one.toString()).isLessThan(one.lossBefore());
        assertThat(one.steps()).isEqualTo(TinyDistillation.STEPS);
      }
    }
  }

  /** What the statistics say is true of the weights that a child would get. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "BF16"})
  void statisticsAreThoseOfTheStoredWeights(TensorType stored) throws IOException {
    BlockLibrary library = tiny.distill(folder, 1, stored, one -> {});
    new TeacherWalk(tiny.architecture, tiny.teacher, tiny.runner)
        .visit(
            tiny.memory,
            tiny.batches,
            visited -> {
              for (VariantStatistics one : library.statistics(visited.index())) {
                assertThat(one.lossAfter())
                    .as(stored + " " + one)
                    .isCloseTo(
                        validationLoss(library, one, visited.weights(), inputs(visited)),
                        within(1e-5));
              }
            });
  }

  @Test
  void aSubblockThatIsLeftOutLosesWhatItAdded() throws IOException {
    BlockLibrary library = tiny.distill(folder, 1, TensorType.F32, one -> {});
    new TeacherWalk(tiny.architecture, tiny.teacher, tiny.runner)
        .visit(
            tiny.memory,
            tiny.batches,
            visited -> {
              int layer = visited.index();
              BlockWeights weights = visited.weights();
              double withoutAttention = 0;
              double withoutFfn = 0;
              for (DeviceTensor input : validation(inputs(visited))) {
                DeviceTensor middle =
                    TensorReference.attention(
                        tiny.config, tiny.config.attention().kvHeads(), input, weights.attention());
                DeviceTensor output = TensorReference.gated(tiny.config, middle, weights.ffn());
                DeviceTensor skipped = TensorReference.gated(tiny.config, input, weights.ffn());
                withoutAttention += TensorReference.blockLoss(skipped, output).toFloat();
                withoutFfn += TensorReference.blockLoss(middle, output).toFloat();
              }
              assertThat(loss(library, layer, SubblockKind.ATTENTION, "noop"))
                  .isCloseTo(withoutAttention / TinyDistillation.VALIDATION, within(1e-5));
              assertThat(loss(library, layer, SubblockKind.FFN, "noop"))
                  .isCloseTo(withoutFfn / TinyDistillation.VALIDATION, within(1e-5));
            });
  }

  /** Rates at which every training is lost: the first steps already leave the numbers. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e20, 1e38})
  void aTrainingThatIsLostLeavesItsStart(double rate) throws IOException {
    Distillation wild =
        new Distillation(new LearningRate(rate, 0, TinyDistillation.STEPS, 1), 0, 1e9, 1);
    BlockLibrary library = new BlockLibrary(folder);
    new BlockDistiller(TinyDistillation.SPACE, wild, TensorType.F32)
        .distill(
            tiny.memory,
            tiny.architecture,
            tiny.teacher,
            tiny.runner,
            tiny.batches,
            TinyDistillation.VALIDATION,
            library,
            one -> assertThat(one.lossAfter()).isEqualTo(one.lossBefore()).isFinite());
    for (BlockVariant variant : TinyDistillation.SPACE.blocks()) {
      for (Tensor tensor : library.layer(tiny.teacher, tiny.architecture, 1, variant).values()) {
        for (float value : tensor.toFloats()) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void aSpaceThatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
    SearchSpace tooMany = new SearchSpace(List.of(new AttentionVariant.GroupedQuery(4)), List.of());
    assertThatThrownBy(() -> distill(tooMany, tiny.architecture, TinyDistillation.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gqa_4");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void batchesToTrainOnAndToMeasureOnAreBothNeeded() {
    for (int validation : new int[] {0, -1, tiny.batches.size()}) {
      assertThatThrownBy(() -> distill(TinyDistillation.SPACE, tiny.architecture, validation))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(validation + " of 6 batches");
    }
  }

  private void distill(SearchSpace space, Architecture of, int validation) throws IOException {
    new BlockDistiller(space, TinyDistillation.settings(1), TensorType.F32)
        .distill(
            tiny.memory,
            of,
            TinyModel.weights(of, 1),
            tiny.runner,
            tiny.batches,
            validation,
            new BlockLibrary(folder.resolve("refused")),
            one -> {});
  }

  private double validationLoss(
      BlockLibrary library, VariantStatistics one, BlockWeights teachers, List<DeviceTensor> inputs)
      throws IOException {
    BlockVariant variant =
        one.subblock() == SubblockKind.ATTENTION
            ? new BlockVariant(AttentionVariant.parse(one.variant()), new FfnVariant.Teacher())
            : new BlockVariant(new AttentionVariant.Teacher(), FfnVariant.parse(one.variant()));
    BlockWeights replaced =
        BlockWeights.load(
            tiny.memory,
            tiny.config,
            TensorSource.of(library.layer(tiny.teacher, tiny.architecture, one.layer(), variant)),
            one.layer(),
            variant);
    double sum = 0;
    for (DeviceTensor input : validation(inputs)) {
      DeviceTensor wanted = tiny.runner.block(teachers, input, false);
      sum += TensorReference.blockLoss(tiny.runner.block(replaced, input, false), wanted).toFloat();
    }
    return sum / TinyDistillation.VALIDATION;
  }

  private static List<DeviceTensor> inputs(TeacherLayer layer) {
    return IntStream.range(0, layer.inputs().batches())
        .mapToObj(batch -> layer.inputs().batch(layer.scope(), batch))
        .toList();
  }

  private static List<DeviceTensor> validation(List<DeviceTensor> inputs) {
    return inputs.subList(inputs.size() - TinyDistillation.VALIDATION, inputs.size());
  }

  private static double loss(BlockLibrary library, int layer, SubblockKind kind, String variant)
      throws IOException {
    return library.statistics(layer).stream()
        .filter(one -> one.subblock() == kind && one.variant().equals(variant))
        .findFirst()
        .orElseThrow()
        .lossAfter();
  }
}
