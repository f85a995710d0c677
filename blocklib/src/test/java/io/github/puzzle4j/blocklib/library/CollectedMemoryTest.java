package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
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

  private static final SearchSpace WIDTHS =
      new SearchSpace(
          List.of(new AttentionVariant.GroupedQuery(1), new AttentionVariant.GroupedQuery(2)),
          List.of(new FfnVariant.Pruned(4), new FfnVariant.Pruned(9)));

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
    try (TinyDistillation tiny = new TinyDistillation()) {
      tiny.distill(
          WIDTHS,
          TinyDistillation.settings(
              5,
              Distillation.Pairing.DECOUPLED,
              Distillation.Form.ELASTIC,
              TrainingSettings.EarlyStop.never(),
              100),
          TensorType.F32,
          store,
          new BlockLibrary(folder.resolve(name)),
          one -> {});
    }
  }
}
