package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    List<TrainingStatistics> reported = new ArrayList<>();
    BlockLibrary library = tiny.distill(folder, 1, TensorType.F32, reported::add);
    assertThat(library.isComplete()).isTrue();
    assertThat(library.statistics()).isEqualTo(reported);
    assertThat(
            reported.stream().map(one -> one.layer() + " " + one.part().id() + " " + one.variant()))
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
    for (TrainingStatistics one : reported) {
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
    tiny.visit(layer -> {
      for (TrainingStatistics one : TinyDistillation.statistics(library, layer.index())) {
        assertThat(one.lossAfter())
            .as(stored + " " + one)
            .isCloseTo(tiny.validationLoss(library, layer, one.replacement()), within(1e-5));
      }
    });
  }

  @Test
  void aSubblockThatIsLeftOutLosesWhatItAdded() throws IOException {
    BlockLibrary library = tiny.distill(folder, 1, TensorType.F32, one -> {});
    tiny.visit(layer -> {
      BlockWeights weights = layer.weights();
      double withoutAttention = 0;
      double withoutFfn = 0;
      int batches = tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor input = layer.inputs().batch(layer.scope(), batch);
        DeviceTensor middle =
            TensorReference.attention(
                TinyModel.common(), TinyModel.ATTENTION, input, weights.attention());
        DeviceTensor output = TensorReference.gated(TinyModel.common(), middle, weights.ffn());
        DeviceTensor skipped = TensorReference.gated(TinyModel.common(), input, weights.ffn());
        withoutAttention += TensorReference.blockLoss(skipped, output).toFloat();
        withoutFfn += TensorReference.blockLoss(middle, output).toFloat();
      }
      assertThat(loss(library, layer.index(), TinyModel.LAYER.with(new NoAttention())))
          .isCloseTo(withoutAttention / TinyDistillation.VALIDATION, within(1e-5));
      assertThat(loss(library, layer.index(), TinyModel.LAYER.with(new NoFfn())))
          .isCloseTo(withoutFfn / TinyDistillation.VALIDATION, within(1e-5));
    });
  }

  /** Rates at which every training is lost: the first steps already leave the numbers. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e20, 1e38})
  void aTrainingThatIsLostLeavesItsStart(double rate) throws IOException {
    Distillation wild =
        new Distillation(new LearningRate(rate, 0, TinyDistillation.STEPS, 1), 0, 1e9, 1);
    BlockLibrary library =
        tiny.distill(
            folder,
            wild,
            TensorType.F32,
            ActivationStore.inMemory(),
            one -> assertThat(one.lossAfter()).isEqualTo(one.lossBefore()).isFinite());
    for (Layer layer : tiny.space.layer(1).layers()) {
      BlockWeights weights = library.load(tiny.memory, Replacement.of(1, layer)).getFirst();
      for (DeviceTensor tensor : weights.all().values()) {
        for (float value : tensor.toFloats()) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void batchesToTrainOnAndToMeasureOnAreBothNeeded() {
    for (int validation : new int[] {0, -1, tiny.batches.size()}) {
      BlockLibrary library =
          tiny.library(
              folder.resolve("refused"),
              TinyDistillation.settings(1),
              TinyDistillation.inputs(validation, TensorType.F32));
      assertThatThrownBy(() -> tiny.distill(library, ActivationStore.inMemory(), one -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(validation + " of 6 batches");
      assertThat(folder.resolve("refused")).doesNotExist();
    }
  }

  private static double loss(BlockLibrary library, int layer, Layer instead) throws IOException {
    Train training = library.plan().training(Replacement.of(layer, instead)).orElseThrow();
    return library.statistics(training).orElseThrow().getFirst().lossAfter();
  }
}
