package io.github.puzzle4j.search.bench.memory;

import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockDistiller;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.Distillation;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.Precision;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.scoring.quality.VariantScore;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Ranks, distils and scores a whole random teacher with few tokens and steps, and tells how much
 * memory that took. One measurement per process: memory that was once touched stays.
 */
public final class MemoryBenchmark {

  /**
   * What is measured.
   *
   * @param layers of the teacher
   * @param batches of calibration, one of which validates
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

    ModelConfig config() {
      return new ModelConfig(
          "llama",
          vocabulary,
          hidden,
          intermediate,
          layers,
          new AttentionShape(heads, kvHeads, hidden / heads),
          new RotaryEmbedding(500_000, new RotaryEmbedding.Scaling.None()),
          1e-5,
          Math.max(tokens, 1024),
          true,
          new SpecialTokens(List.of(), List.of()));
    }
  }

  /**
   * What one process took.
   *
   * @param distillAnonymousBytes peak until the library was complete
   * @param anonymousBytes peak over all: heap and native memory
   * @param fileBytes peak of resident pages of mapped files, which the system may take back
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
    NoiseCheckpoint.write(teacher, Architecture.teacher(settings.config()), 1, Long.MAX_VALUE);
  }

  /**
   * Measures in this process.
   *
   * @param teacher folder that {@link #prepare} filled
   * @param work an empty folder
   */
  public Measurement measure(Path teacher, Path work) throws IOException {
    try (ResidentMemory memory = ResidentMemory.watching();
        NDManager manager = NDManager.newBaseManager();
        Checkpoint checkpoint = Checkpoint.open(teacher);
        BlockRunner runner = new BlockRunner(manager, settings.config(), Precision.FLOAT32)) {
      long began = System.nanoTime();
      BlockLibrary library = new BlockLibrary(work.resolve("library"));
      distill(manager, checkpoint, runner, library, work.resolve("calibration"));
      long distilled = System.nanoTime();
      long anonymous = memory.peakAnonymousBytes();
      score(manager, checkpoint, runner, library, work.resolve("validation"));
      long scored = System.nanoTime();
      return new Measurement(
          settings.layers(),
          anonymous,
          memory.peakAnonymousBytes(),
          memory.peakFileBytes(),
          (distilled - began) / 1e9,
          (scored - distilled) / 1e9);
    }
  }

  private SearchSpace space() {
    return new SearchSpace(
        List.of(new AttentionVariant.GroupedQuery(Math.max(1, settings.kvHeads() / 2))),
        List.of(new FfnVariant.Pruned(settings.intermediate() / 2)));
  }

  private void distill(
      NDManager manager,
      Checkpoint checkpoint,
      BlockRunner runner,
      BlockLibrary library,
      Path folder)
      throws IOException {
    Distillation distillation =
        new Distillation(new LearningRate(1e-4, 0, Math.max(1, settings.steps()), 0), 0, 1, 1);
    try (ActivationStore store = ActivationStore.onDisk(folder, DISK_BYTES)) {
      new BlockDistiller(space(), distillation, TensorType.BF16)
          .distill(
              manager,
              checkpoint.architecture(),
              checkpoint,
              runner,
              batches(settings.batches(), 1),
              1,
              store,
              library,
              trained -> {});
    }
  }

  private void score(
      NDManager manager,
      Checkpoint checkpoint,
      BlockRunner runner,
      BlockLibrary library,
      Path folder)
      throws IOException {
    try (ActivationStore store = ActivationStore.onDisk(folder, DISK_BYTES)) {
      new ReplaceOneScorer(space(), checkpoint.architecture(), checkpoint, runner, library, 0)
          .score(manager, batches(1, 2), store, layer -> true, new Unheard());
    }
  }

  private List<TokenBatch> batches(int number, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < number; batch++) {
      List<int[]> rows = new ArrayList<>();
      // Of two sequences a score has a standard error.
      for (int row = 0; row < 2; row++) {
        rows.add(random.ints(settings.tokens() / 2, 0, settings.vocabulary()).toArray());
      }
      batches.add(TokenBatch.ofAllTokens(rows, settings.vocabulary()));
    }
    return batches;
  }

  private static final class Unheard implements ReplaceOneScorer.Listener {

    @Override
    public void scored(VariantScore score) {}

    @Override
    public void layerDone(int layer, List<VariantScore> scores) {}
  }
}
