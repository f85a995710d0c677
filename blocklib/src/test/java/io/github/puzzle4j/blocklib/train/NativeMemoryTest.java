package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.Origin;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.NativeAllocations;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training loops give back what they take. Every array here is an eighth of a megabyte and each
 * step makes dozens, so that one array left behind per step would cost 25 MiB in 200 steps.
 */
class NativeMemoryTest {

  private static final int WARM_UP = 100;
  private static final int STEPS = 300;
  private static final long ALLOWED_BYTES = 16 << 20;

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model shape = TinyModel.model(2);

  @BeforeEach
  void needsTheAllocator() {
    assumeTrue(NativeAllocations.areKnown(), "no mallinfo2: what is allocated is not known here");
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void repairingAChildDoesNotGrow() throws IOException {
    Model child = TinyModel.model(TinyModel.LAYER, new Layer(new NoAttention(), new GatedFfn(8)));
    try (BlockRunner runner = new BlockRunner(memory, shape.common(), Precision.FLOAT32);
        StreamedTeacher teacher =
            new StreamedTeacher(memory, shape, TinyModel.weights(shape, 1), runner, 0)) {
      List<TokenBatch> batches = TinyModel.batches(2, 32, 64, 3);
      List<Integer> arrays = new ArrayList<>();
      List<Long> allocated = new ArrayList<>();
      TrainingSettings settings =
          new TrainingSettings(new LearningRate(1e-3, 0, STEPS, 0), 0, 1)
              .withCheckpointSteps(STEPS);
      new GlobalDistiller(
              new GlobalDistillation(settings, RepairLoss.STANDARD, Precision.FLOAT32, 1),
              folder.resolve("repair"))
          .repair(
              memory,
              teacher,
              child,
              TinyModel.weights(child, 1),
              List.of(0, 1),
              batches,
              TensorType.F32,
              (step, loss) -> {
                if (step % WARM_UP == 0) {
                  arrays.add(memory.tensors());
                  allocated.add(NativeAllocations.bytes());
                }
              },
              (_, _) -> {});
      assertThat(arrays).hasSize(3).containsOnly(arrays.getFirst());
      assertThat(allocated.getLast()).isLessThan(allocated.getFirst() + ALLOWED_BYTES);
    }
  }

  /** An array here is 32 KiB at least: one left behind per step would cost 62 MiB. */
  @Test
  void twoThousandStepsOfDistillationDoNotGrow() throws IOException {
    try (BlockRunner runner = new BlockRunner(memory, shape.common(), Precision.FLOAT32)) {
      List<DeviceTensor> inputs = new ArrayList<>();
      for (int batch = 0; batch < 3; batch++) {
        inputs.add(TinyModel.normal(memory, 95, 8, 64, TinyModel.HIDDEN));
      }
      BlockWeights teacher = BlockWeights.load(memory, shape, TinyModel.weights(shape, 1), 0);
      ActivationStore store = ActivationStore.inMemory();
      List<List<Long>> shapes = inputs.stream().map(DeviceTensor::shape).toList();
      BoundaryActivations before =
          store.keep(memory, "inputs", shapes, (scope, batch) -> inputs.get(batch).copy(scope));
      BoundaryActivations after =
          store.keep(
              memory,
              "outputs",
              shapes,
              (scope, batch) -> runner.block(teacher, before.batch(scope, batch)));
      TrainingSettings settings = new TrainingSettings(new LearningRate(1e-3, 0, WARM_UP, 0), 0, 1);
      Attention attention = TinyModel.ATTENTION.withKvHeads(1);
      Origin origin = new Origin(TinyModel.ATTENTION, teacher.attention(), TinyModel.HIDDEN);
      VariantTrainer trainer = new VariantTrainer(memory, TensorType.F32, 1, (step, loss) -> {});
      Training training =
          new Training(
              "attention",
              1,
              scope -> SubblockTensors.of(attention).initial(scope, origin),
              List.of(
                  Training.View.whole((input, weights) ->
                      runner.ffn(
                          TinyModel.LAYER.ffn(),
                          runner.attention(attention, input, weights),
                          teacher.ffn()))),
              before,
              after);
      trainer.train(training, settings, folder.resolve("state"), (results, weights) -> {});
      int arrays = memory.tensors();
      long allocated = NativeAllocations.bytes();
      for (int run = 0; run < 20; run++) {
        trainer.train(training, settings, folder.resolve("state"), (results, weights) -> {});
        assertThat(memory.tensors()).isEqualTo(arrays);
      }
      assertThat(NativeAllocations.bytes()).isLessThan(allocated + ALLOWED_BYTES);
    }
  }
}
