package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fewer KV heads and a window in one variant, trained and computed together. */
class CombinedAttentionTest {

  private static final SoftmaxAttention FULL = SoftmaxAttention.plain(new AttentionShape(4, 4, 8));
  private static final Layer OWN = TinyModel.LAYER.with(FULL);
  private static final SoftmaxAttention COMBINED = FULL.withKvHeads(2).withWindow(3);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Distillation.Form.class)
  void itsOutputIsThatOfPlainTensorOperationsAndItsLossFalls(Distillation.Form form)
      throws IOException {
    SearchSpace space =
        SearchSpace.uniform(
            TinyModel.model(OWN, OWN), List.of(COMBINED, FULL.withKvHeads(1)), List.of());
    try (TinyDistillation tiny = new TinyDistillation(space)) {
      Distillation settings =
          TinyDistillation.settings(
              40, Distillation.Pairing.DECOUPLED, form, EarlyStop.never(), 100);
      BlockLibrary library = tiny.distill(folder, settings, TensorType.F32);
      for (int layer = 0; layer < 2; layer++) {
        TrainingStatistics statistics = statistics(library, layer);
        assertThat(statistics.variant()).isEqualTo("gqa_2_window_3");
        assertThat(statistics.lossAfter()).isLessThan(0.9 * statistics.lossBefore());
      }
      tiny.visit(layer ->
          assertThat(statistics(library, layer.index()).lossAfter())
              .isCloseTo(loss(tiny, library, layer), within(1e-5)));
    }
  }

  private static TrainingStatistics statistics(BlockLibrary library, int layer) throws IOException {
    Replacement replacement = Replacement.of(layer, OWN.with(COMBINED));
    return TinyDistillation.statistics(library, layer).stream()
        .filter(one -> one.replacement().equals(replacement))
        .findFirst()
        .orElseThrow();
  }

  /** Compares outputs on the way. */
  private static double loss(TinyDistillation tiny, BlockLibrary library, TeacherLayer layer)
      throws IOException {
    double sum = 0;
    try (DeviceMemory scope = tiny.memory.newScope()) {
      BlockWeights weights =
          library.load(scope, Replacement.of(layer.index(), OWN.with(COMBINED))).getFirst();
      int batches = tiny.batches.size();
      for (int batch = batches - TinyDistillation.VALIDATION; batch < batches; batch++) {
        DeviceTensor input = layer.inputs().batch(scope, batch);
        DeviceTensor middle =
            TensorReference.attention(TinyModel.common(), COMBINED, input, weights.attention());
        assertThat(tiny.runner.attention(COMBINED, input, weights.attention()).toFloats())
            .containsExactly(middle.toFloats(), within(2e-5f));
        DeviceTensor output = TensorReference.gated(TinyModel.common(), middle, weights.ffn());
        DeviceTensor wanted = tiny.runner.block(layer.weights(), input);
        sum += TensorReference.blockLoss(output, wanted).toFloat();
      }
    }
    return sum / TinyDistillation.VALIDATION;
  }
}
