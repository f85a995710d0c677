package io.github.puzzle4j.search.bench.memory;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.library.BlockDistiller;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.library.LibraryInputs;
import io.github.puzzle4j.blocklib.library.LibraryPlan;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Ranks, distils and scores a whole random teacher with few tokens and steps, and measures memory.
 * One measurement per process, since memory that was used once stays resident.
 */
public final class MemoryBenchmark {

  /**
   * Settings of a measurement.
   *
   * @param layers of the teacher
   * @param batches of calibration, one of which is for validation
   * @param tokens of the one sequence of each batch
   * @param steps of each training
   */
  public record Settings(
      int hidden,
      int intermediate,
      int heads,
      int kvHeads,
      int vocabulary,
      int layers,
      int batches,
      int tokens,
      int steps) {

    Model model() {
      return Model.uniform(
          CommonParts.llama(
              vocabulary, hidden, 500_000, Math.max(tokens, 1024), true, SpecialTokens.none()),
          layers,
          Layer.llama(heads(kvHeads), intermediate));
    }

    AttentionShape heads(int kv) {
      return new AttentionShape(heads, kv, hidden / heads);
    }
  }

  /**
   * Memory of one process.
   *
   * @param distillAnonymousBytes peak until the library was complete
   * @param anonymousBytes peak over all: heap and native memory
   * @param fileBytes peak of resident pages of mapped files, which the system may reclaim
   */
  public record Measurement(
      int layers,
      long distillAnonymousBytes,
      long anonymousBytes,
      long fileBytes,
      double distillSeconds,
      double scoreSeconds) {}

  private static final long DISK_BYTES = 16L << 30;

  private final Settings settings;

  /** A benchmark with these settings. */
  public MemoryBenchmark(Settings settings) {
    this.settings = settings;
  }

  /** Writes the teacher. */
  public void prepare(Path teacher) throws IOException {
    NoiseCheckpoint.write(teacher, settings.model(), 1, Long.MAX_VALUE);
  }

  /**
   * Measures in this process.
   *
   * @param teacher folder that {@link #prepare} filled
   * @param work an empty folder
   */
  public Measurement measure(Path teacher, Path work) throws IOException {
    try (ResidentMemory resident = ResidentMemory.watching();
        DeviceMemory memory = DeviceMemory.open();
        Checkpoint checkpoint = Checkpoint.open(teacher);
        BlockRunner runner =
            new BlockRunner(memory, settings.model().common(), Precision.FLOAT32)) {
      long began = System.nanoTime();
      BlockLibrary library = library(checkpoint, new TaskStore(work.resolve("library")));
      distill(memory, runner, library, work.resolve("calibration"));
      long distilled = System.nanoTime();
      long anonymous = resident.peakAnonymousBytes();
      score(memory, checkpoint, runner, library, work.resolve("validation"));
      long scored = System.nanoTime();
      return new Measurement(
          settings.layers(),
          anonymous,
          resident.peakAnonymousBytes(),
          resident.peakFileBytes(),
          (distilled - began) / 1e9,
          (scored - distilled) / 1e9);
    }
  }

  private SearchSpace space() {
    int fewer = Math.max(1, settings.kvHeads() / 2);
    return SearchSpace.uniform(
        settings.model(),
        List.of(SoftmaxAttention.plain(settings.heads(fewer))),
        List.of(new GatedFfn(settings.intermediate() / 2)));
  }

  private BlockLibrary library(Checkpoint checkpoint, TaskStore store) {
    Distillation distillation =
        new Distillation(new LearningRate(1e-4, 0, Math.max(1, settings.steps()), 0), 0, 1, 1);
    LibraryInputs inputs =
        new LibraryInputs(
            "random",
            TokenBatch.digest(batches(settings.batches(), 1)),
            1,
            Precision.FLOAT32,
            TensorType.BF16,
            TensorType.BF16);
    return new BlockLibrary(
        new LibraryPlan(space(), inputs, distillation, store), () -> checkpoint, store);
  }

  private void distill(DeviceMemory memory, BlockRunner runner, BlockLibrary library, Path folder)
      throws IOException {
    try (ActivationStore store = ActivationStore.onDisk(folder, DISK_BYTES)) {
      new BlockDistiller(library, runner, batches(settings.batches(), 1))
          .distill(memory, store, trained -> {});
    }
  }

  private void score(
      DeviceMemory memory,
      Checkpoint checkpoint,
      BlockRunner runner,
      BlockLibrary library,
      Path folder)
      throws IOException {
    try (ActivationStore store = ActivationStore.onDisk(folder, DISK_BYTES)) {
      new ReplaceOneScorer(settings.model(), checkpoint, runner, library, 0)
          .score(memory, batches(1, 2), store, space().replacements(), score -> {});
    }
  }

  private List<TokenBatch> batches(int number, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < number; batch++) {
      List<int[]> rows = new ArrayList<>();
      // A standard error needs two sequences.
      for (int row = 0; row < 2; row++) {
        rows.add(random.ints(settings.tokens() / 2, 0, settings.vocabulary()).toArray());
      }
      batches.add(TokenBatch.ofAllTokens(rows, settings.vocabulary()));
    }
    return batches;
  }
}
