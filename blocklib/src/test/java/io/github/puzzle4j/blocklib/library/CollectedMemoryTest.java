package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No gradient is computed from memory that a collector may have freed. A regression: a copy was a
 * product with a Java number, which libtorch reads again in the backward pass.
 */
class CollectedMemoryTest {

  private static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(4, 4, 8));
  private static final Layer OWN = TinyModel.LAYER.with(ATTENTION);
  private static final SearchSpace WIDTHS =
      SearchSpace.uniform(
          TinyModel.model(OWN, OWN),
          List.of(ATTENTION.withKvHeads(1), ATTENTION.withKvHeads(2)),
          List.of(new GatedFfn(4), new GatedFfn(9)));

  @TempDir Path folder;

  @Test
  void theGradientOfACopyIsThatOfTheOriginal() {
    try (DeviceMemory memory = DeviceMemory.open();
        Gradients collector = Gradients.record()) {
      DeviceTensor original = memory.ones(3, 2);
      original.collectGradient(true);
      DeviceTensor loss = original.copy(memory).sum();
      CollectingStore.collect();
      collector.backward(loss);
      assertThat(original.gradient().toFloats()).containsOnly(1f);
    }
  }

  @Test
  void aLibraryIsTheSameWheneverGarbageIsCollected() throws IOException {
    distill("undisturbed", ActivationStore.inMemory());
    distill("collected", new CollectingStore(ActivationStore.inMemory()));
    assertThat(TinyDistillation.files(folder.resolve("collected")))
        .isEqualTo(TinyDistillation.files(folder.resolve("undisturbed")));
  }

  private void distill(String name, ActivationStore store) throws IOException {
    try (TinyDistillation tiny = new TinyDistillation(WIDTHS)) {
      Distillation settings =
          TinyDistillation.settings(
              5, Distillation.Pairing.DECOUPLED, Distillation.Form.ELASTIC, EarlyStop.never(), 100);
      tiny.distill(folder.resolve(name), settings, TensorType.F32, store, one -> {});
    }
  }
}
