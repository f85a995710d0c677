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
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
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
import io.github.puzzle4j.blocklib.train.GlobalDistillation;
import io.github.puzzle4j.blocklib.train.GlobalDistiller;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.RepairLoss;
import io.github.puzzle4j.blocklib.train.StreamedTeacher;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import io.github.puzzle4j.search.run.MemoryBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Ranks, distils, scores, measures and repairs a whole random teacher with few tokens and steps,
 * and measures memory. One measurement per process, since memory that was used once stays resident.
 */
public final class MemoryBenchmark {

  /**
   * Settings of a measurement.
   *
   * @param layers of the teacher
   * @param batches of calibration, one of which is for validation
   * @param tokens of the two sequences of each batch
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
   * @param scoreAnonymousBytes peak until the scores were
   * @param measureAnonymousBytes peak until a child was measured against the teacher
   * @param anonymousBytes peak over all, the last being a repair: heap and native memory
   * @param bounds of the stages
   * @param fileBytes peak of resident pages of mapped files, which the system may reclaim
   */
  public record Measurement(
      int layers,
      long distillAnonymousBytes,
      long scoreAnonymousBytes,
      long measureAnonymousBytes,
      long anonymousBytes,
      MemoryBounds bounds,
      long fileBytes,
      double distillSeconds,
      double scoreSeconds) {}

  /** Sequences of a batch: a standard error needs two. */
  private static final int ROWS = 2;

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
      long distilling = resident.peakAnonymousBytes();
      score(memory, checkpoint, runner, library, work.resolve("validation"));
      long scored = System.nanoTime();
      long scoring = resident.peakAnonymousBytes();
      evaluate(memory, checkpoint);
      long measuring = resident.peakAnonymousBytes();
      repair(memory, checkpoint, runner, work.resolve("repair"));
      return new Measurement(
          settings.layers(),
          distilling,
          scoring,
          measuring,
          resident.peakAnonymousBytes(),
          bounds(),
          resident.peakFileBytes(),
          (distilled - began) / 1e9,
          (scored - distilled) / 1e9);
    }
  }

  /** Activations are on disk, but the scorer needs the outputs of a batch and of its variants. */
  private MemoryBounds bounds() {
    long states = (long) Float.BYTES * settings.hidden() * settings.tokens();
    return MemoryBounds.of(
        settings.model(),
        new MemoryBounds.Load(
            (3 + space().replacements().size()) * states,
            settings.tokens(),
            settings.tokens(),
            settings.tokens(),
            ROWS,
            settings.tokens() / ROWS));
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
          .score(
              memory,
              batches(1, 2),
              List.of(Metric.KL_DIVERGENCE),
              store,
              space().replacements(),
              score -> {});
    }
  }

  /** The teacher stands for a child, than which none is larger. */
  private void evaluate(DeviceMemory memory, Checkpoint checkpoint) throws IOException {
    List<TokenSequence> text =
        rows(new SplittableRandom(3)).stream()
            .map(ids -> TokenSequence.of(ids, "", List.of()))
            .toList();
    try (LanguageModel teacher = load(memory, checkpoint);
        LanguageModel child = load(memory, checkpoint)) {
      new Evaluator(ROWS).evaluate(memory, child, Optional.of(teacher), text, rows -> {});
    }
  }

  private LanguageModel load(DeviceMemory memory, Checkpoint checkpoint) throws IOException {
    return LanguageModel.load(memory, settings.model(), checkpoint, Precision.FLOAT32);
  }

  private void repair(DeviceMemory memory, Checkpoint checkpoint, BlockRunner runner, Path state)
      throws IOException {
    LearningRate rate = new LearningRate(1e-4, 0, settings.steps(), 0);
    GlobalDistillation distillation =
        new GlobalDistillation(
            new TrainingSettings(rate, 0, 1), RepairLoss.STANDARD, Precision.FLOAT32, 1);
    Path result = state.resolveSibling("repaired.safetensors");
    try (StreamedTeacher teacher =
        new StreamedTeacher(memory, settings.model(), checkpoint, runner, 0)) {
      new GlobalDistiller(distillation, state)
          .repair(
              memory,
              teacher,
              settings.model(),
              checkpoint,
              IntStream.range(0, settings.layers()).boxed().toList(),
              batches(settings.batches(), 4),
              TensorType.BF16,
              (step, loss) -> {},
              (repaired, _) -> SafetensorsWriter.write(result, repaired));
    }
  }

  private List<TokenBatch> batches(int number, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < number; batch++) {
      batches.add(TokenBatch.ofAllTokens(rows(random), settings.vocabulary()));
    }
    return batches;
  }

  private List<int[]> rows(SplittableRandom random) {
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(random.ints(settings.tokens() / ROWS, 0, settings.vocabulary()).toArray());
    }
    return rows;
  }
}
