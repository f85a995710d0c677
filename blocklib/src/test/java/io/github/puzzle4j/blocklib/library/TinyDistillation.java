package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TensorReference;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small teacher, each kind of variant, and a distillation of a dozen steps. */
final class TinyDistillation implements AutoCloseable {

  static final int VALIDATION = 2;
  static final int STEPS = 12;
  static final List<Attention> ATTENTION =
      List.of(TinyModel.ATTENTION.withKvHeads(1), new LinearAttention(), new NoAttention());
  static final List<Ffn> FFN = List.of(new GatedFfn(10), new LinearFfn(), new NoFfn());

  final DeviceMemory memory = DeviceMemory.open();
  final Model model;
  final SearchSpace space;
  final TensorSource teacher;
  final List<TokenBatch> batches;
  final BlockRunner runner;

  /** A teacher of two layers and each kind of variant. */
  TinyDistillation() {
    this(SearchSpace.uniform(TinyModel.model(2), ATTENTION, FFN));
  }

  TinyDistillation(SearchSpace space) {
    this(space, TinyModel.weights(space.teacher(), 11), TinyModel.batches(6, 4, 8, 12));
  }

  TinyDistillation(SearchSpace space, TensorSource teacher, List<TokenBatch> batches) {
    this.model = space.teacher();
    this.space = space;
    this.teacher = teacher;
    this.batches = batches;
    this.runner = new BlockRunner(memory, model.common(), Precision.FLOAT32);
  }

  static Distillation settings(long seed) {
    return new Distillation(new LearningRate(5e-3, 2, STEPS, 0.1), 0.01, 1, seed);
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
        pairing,
        form,
        1);
  }

  static LibraryInputs inputs(int validationBatches, TensorType stored) {
    return inputs(validationBatches, stored, Fit.NONE);
  }

  static LibraryInputs inputs(int validationBatches, TensorType stored, Fit fit) {
    return new LibraryInputs(
        "teacher", "batches", validationBatches, Precision.FLOAT32, stored, TensorType.F32, fit);
  }

  /** A library in a folder, as far as it is filled. */
  BlockLibrary library(Path folder, Distillation distillation, TensorType stored) {
    return library(folder, distillation, inputs(VALIDATION, stored));
  }

  BlockLibrary library(Path folder, Distillation distillation, LibraryInputs inputs) {
    TaskStore store = new TaskStore(folder);
    return new BlockLibrary(
        new LibraryPlan(space, inputs, distillation, store), () -> teacher, store);
  }

  BlockLibrary distill(Path folder, long seed, TensorType stored, BlockDistiller.Listener listener)
      throws IOException {
    return distill(folder, settings(seed), stored, ActivationStore.inMemory(), listener);
  }

  BlockLibrary distill(Path folder, Distillation distillation, TensorType stored)
      throws IOException {
    return distill(folder, distillation, stored, ActivationStore.inMemory(), one -> {});
  }

  BlockLibrary distill(
      Path folder,
      Distillation distillation,
      TensorType stored,
      ActivationStore activations,
      BlockDistiller.Listener listener)
      throws IOException {
    BlockLibrary library = library(folder, distillation, stored);
    distill(library, activations, listener);
    return library;
  }

  void distill(BlockLibrary library, ActivationStore activations, BlockDistiller.Listener listener)
      throws IOException {
    new BlockDistiller(library, runner, batches).distill(memory, activations, listener);
  }

  /** Visits the layers of the teacher with all batches. */
  void visit(TeacherWalk.Visitor visitor) throws IOException {
    new TeacherWalk(model, teacher, runner).visit(memory, batches, visitor);
  }

  /** The statistics of replacements that begin at a layer. */
  static List<TrainingStatistics> statistics(BlockLibrary library, int layer) throws IOException {
    return library.statistics().stream().filter(one -> one.layer() == layer).toList();
  }

  /** The loss of a replacement of a layer as a child would have it, in plain tensor operations. */
  double validationLoss(BlockLibrary library, TeacherLayer layer, Replacement replacement)
      throws IOException {
    double sum = 0;
    try (DeviceMemory scope = memory.newScope()) {
      BlockWeights replaced = library.load(scope, replacement).getFirst();
      for (int batch = batches.size() - VALIDATION; batch < batches.size(); batch++) {
        DeviceTensor input = layer.inputs().batch(scope, batch);
        DeviceTensor wanted = runner.block(layer.weights(), input);
        sum += TensorReference.blockLoss(runner.block(replaced, input), wanted).toFloat();
      }
    }
    return sum / VALIDATION;
  }

  /** The files under a folder; Latin-1, so that a byte is a character and a mismatch is shown. */
  static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  @Override
  public void close() {
    memory.close();
  }
}
