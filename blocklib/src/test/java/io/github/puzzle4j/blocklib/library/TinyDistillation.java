package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Architecture;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A teacher of two layers, each kind of variant, and a distillation of a dozen steps. */
final class TinyDistillation implements AutoCloseable {

  static final int VALIDATION = 2;
  static final int STEPS = 12;
  static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new AttentionVariant.GroupedQuery(1),
              new AttentionVariant.Linear(),
              new AttentionVariant.NoOp()),
          List.of(new FfnVariant.Pruned(10), new FfnVariant.Linear(), new FfnVariant.NoOp()));

  final DeviceMemory memory = DeviceMemory.open();
  final ModelConfig config = TinyModel.config(2);
  final Architecture architecture = Architecture.teacher(config);
  final TensorSource teacher = TinyModel.teacher(config, 11);
  final List<TokenBatch> batches = TinyModel.batches(6, 4, 8, 12);
  final BlockRunner runner = new BlockRunner(memory, config, Precision.FLOAT32);

  static Distillation settings(long seed) {
    return new Distillation(new LearningRate(5e-3, 2, STEPS, 0.1), 0.01, 1, seed);
  }

  BlockLibrary distill(Path folder, long seed, TensorType stored, BlockDistiller.Listener listener)
      throws IOException {
    BlockLibrary library = new BlockLibrary(folder);
    new BlockDistiller(SPACE, settings(seed), stored)
        .distill(memory, architecture, teacher, runner, batches, VALIDATION, library, listener);
    return library;
  }

  /** What {@link #settings} are, but for these. */
  static Distillation settings(
      int steps,
      Distillation.Pairing pairing,
      Distillation.Form form,
      TrainingSettings.EarlyStop earlyStop,
      int checkpointSteps) {
    LearningRate rate = new LearningRate(5e-3, 2, Math.max(2, steps), 0.1);
    return new Distillation(
        new TrainingSettings(rate, steps, 0.01, 1, 1, earlyStop, checkpointSteps),
        1,
        pairing,
        form);
  }

  void distill(
      SearchSpace space,
      Distillation distillation,
      TensorType stored,
      ActivationStore store,
      BlockLibrary library,
      BlockDistiller.Listener listener)
      throws IOException {
    new BlockDistiller(space, distillation, stored)
        .distill(
            memory, architecture, teacher, runner, batches, VALIDATION, store, library, listener);
  }

  /** The files of a folder; Latin-1, so that a byte is a character and a mismatch is shown. */
  static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> contents = new HashMap<>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        contents.put(
            String.valueOf(file.getFileName()),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  /** A layer of a teacher on its own, with these hidden states before it. */
  static TeacherLayer layer(
      DeviceMemory memory, BlockRunner runner, BlockWeights weights, List<DeviceTensor> inputs)
      throws IOException {
    ActivationStore store = ActivationStore.inMemory();
    List<List<Long>> shapes = inputs.stream().map(DeviceTensor::shape).toList();
    BoundaryActivations kept =
        store.keep(memory, "inputs", shapes, (scope, batch) -> inputs.get(batch).copy(scope));
    return new TeacherLayer(
        memory, 0, weights, kept, runner, new TeacherLayer.Places(store, memory, shapes, "alone"));
  }

  /** The order in which the channels of a layer are sorted. */
  static long[] channelOrder(
      DeviceMemory memory, BlockRunner runner, BlockWeights weights, List<DeviceTensor> inputs)
      throws IOException {
    return LayerDistiller.channelOrder(runner, layer(memory, runner, weights, inputs));
  }

  @Override
  public void close() {
    memory.close();
  }
}
