package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationStoreTest {

  private static final List<List<Long>> SHAPES =
      List.of(DeviceTensor.shapeOf(2, 3, 4), DeviceTensor.shapeOf(1, 5, 4));
  private static final long BYTES = (24 + 20) * 2;
  private static final long HEADER_ROOM = 4096;

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  /** At the start, in the middle and at the end; or those of another place. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50, 100, -1})
  void activationsThatChangedOnDiskAreNotFound(int percent) throws IOException {
    Path disk = folder.resolve("disk");
    List<String> warnings = new ArrayList<>();
    try (ActivationStore store = ActivationStore.onDisk(disk, 1 << 20, warnings::add)) {
      store.keep(memory, percent < 0 ? "two" : "one", SHAPES, this::values).close();
      Path file = disk.resolve("one.safetensors");
      if (percent < 0) {
        Files.move(disk.resolve("two.safetensors"), file);
      } else {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(bytes.length - 1) * percent / 100] ^= 1;
        Files.write(file, bytes);
      }
      assertThat(store.find("one", SHAPES)).isEmpty();
      assertThat(warnings)
          .containsExactly(file + ": changed since it was written; it is made again");
    }
  }

  @Test
  void onDiskTheyAreRoundedToBfloat16AndFoundAgainByTheirName() throws IOException {
    Path disk = folder.resolve("disk");
    try (ActivationStore store = ActivationStore.onDisk(disk, BYTES + HEADER_ROOM)) {
      store.keep(memory, "one", SHAPES, this::values).close();
    }
    try (ActivationStore store = ActivationStore.onDisk(disk, BYTES + HEADER_ROOM)) {
      assertThat(store.find("two", SHAPES)).isEmpty();
      assertThat(
              store.find(
                  "one", List.of(DeviceTensor.shapeOf(2, 3, 4), DeviceTensor.shapeOf(1, 4, 4))))
          .isEmpty();
      BoundaryActivations found = store.find("one", SHAPES).orElseThrow();
      assertThat(found.batches()).isEqualTo(2);
      for (int batch = 0; batch < 2; batch++) {
        DeviceTensor kept = found.batch(memory, batch);
        assertThat(kept.shape()).isEqualTo(SHAPES.get(batch));
        float[] exact = values(memory, batch).toFloats();
        assertThat(kept.toFloats())
            .isEqualTo(
                Tensor.ofFloats(TensorType.BF16, List.of((long) exact.length), exact).toFloats())
            .isNotEqualTo(exact);
      }
      found.discard();
    }
    assertThat(disk).doesNotExist();
  }

  @Test
  void moreThanTheBudgetIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path disk = folder.resolve("disk");
    try (ActivationStore store = ActivationStore.onDisk(disk, BYTES - 1)) {
      assertThatThrownBy(() -> store.keep(memory, "one", SHAPES, this::values))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("need 88 bytes besides 0 in use, the limit on disk is 87");
    }
    assertThat(disk).doesNotExist();
  }

  @Test
  void whatAKilledWriterLeftHalfDoneIsRemoved() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Files.writeString(disk.resolve(".one.safetensors.0815.tmp"), "half");
    Files.writeString(disk.resolve("two.safetensors"), "broken");
    try (ActivationStore store = ActivationStore.onDisk(disk, 1 << 20)) {
      assertThat(disk.resolve(".one.safetensors.0815.tmp")).doesNotExist();
      assertThat(store.find("two", SHAPES)).isEmpty();
      store.keep(memory, "two", SHAPES, this::values).discard();
    }
  }

  @Test
  void memoryIsUsedUpToItsBudgetAndDiskBehindIt() throws IOException {
    List<TokenBatch> batches = TinyModel.batches(2, 4, 8, 1);
    long elements = 3L * 2 * 4 * 8 * TinyModel.HIDDEN;
    assertThat(new ActivationBudget(4 * elements, 0).fitsMemory(TinyModel.common(), batches))
        .isTrue();
    ActivationBudget small = new ActivationBudget(4 * elements - 1, 2 * elements);
    assertThat(small.fitsMemory(TinyModel.common(), batches)).isFalse();
    small.open(folder, TinyModel.common(), batches, line -> {}).close();
    assertThatThrownBy(() ->
            new ActivationBudget(0, 2 * elements - 1)
                .open(folder, TinyModel.common(), batches, line -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "activations of 2 batches need 6,144 bytes on disk, the limit is 6,143");
  }

  /** Neither the embedding nor the first layers are read again. */
  @Test
  void aWalkGoesOnAtTheBoundaryThatAnEarlierOneLeft() throws IOException {
    Model model = TinyModel.model(4);
    TensorSource weights = TinyModel.weights(model, 2);
    List<TokenBatch> batches = TinyModel.batches(2, 2, 5, 3);
    try (BlockRunner runner = new BlockRunner(memory, model.common(), Precision.FLOAT32)) {
      assertThatThrownBy(
              () -> {
                try (ActivationStore store = ActivationStore.onDisk(folder, 1 << 20)) {
                  new TeacherWalk(model, weights, runner)
                      .visit(
                          memory,
                          batches,
                          store,
                          layer -> true,
                          layer -> {
                            if (layer.index() == 2) {
                              throw new IllegalStateException("killed");
                            }
                          });
                }
              })
          .hasMessage("killed");
      Set<String> read = new TreeSet<>();
      try (ActivationStore store = ActivationStore.onDisk(folder, 1 << 20)) {
        new TeacherWalk(model, reported(weights, read), runner)
            .visit(memory, batches, store, layer -> layer >= 2, layer -> {});
      }
      assertThat(read)
          .isNotEmpty()
          .allMatch(
              name -> name.startsWith("model.layers.2.") || name.startsWith("model.layers.3."));
    }
  }

  private static TensorSource reported(TensorSource source, Set<String> read) {
    return new TensorSource() {
      @Override
      public Set<String> names() {
        return source.names();
      }

      @Override
      public Tensor tensor(String name) throws IOException {
        read.add(name);
        return source.tensor(name);
      }
    };
  }

  private DeviceTensor values(DeviceMemory scope, int batch) {
    return TinyModel.normal(scope, batch, SHAPES.get(batch));
  }
}
