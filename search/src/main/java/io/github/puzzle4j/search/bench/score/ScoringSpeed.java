package io.github.puzzle4j.search.bench.score;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.library.Fit;
import io.github.puzzle4j.blocklib.library.LibraryInputs;
import io.github.puzzle4j.blocklib.library.LibraryPlan;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.ProductSpeed;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Times the scoring of replacements in the middle of a model of random weights, and its matrix
 * products alone: of the layers that are passed, and of the LM head.
 */
public final class ScoringSpeed {

  private static final long MEMORY = 1L << 30;
  private static final int PRODUCT_REPETITIONS = 5;

  /**
   * A model and a text.
   *
   * @param kvHeads key and value heads
   * @param sequences of the text, all in one batch
   * @param tokens of each of them
   */
  public record Shape(
      int hidden,
      int intermediate,
      int heads,
      int kvHeads,
      int vocabulary,
      int layers,
      int sequences,
      int tokens) {

    /** That of SmolLM2-135M, with embeddings that are the LM head too. */
    public static final Shape SMOLLM2_135M = new Shape(576, 1536, 9, 3, 49_152, 30, 4, 256);

    Model model() {
      return Model.uniform(
          CommonParts.llama(vocabulary, hidden, 100_000, tokens, true, SpecialTokens.none()),
          layers,
          Layer.llama(new AttentionShape(heads, kvHeads, hidden / heads), intermediate));
    }

    /** The layer that is replaced; half of the others are before it. */
    int replaced() {
      return layers / 2;
    }
  }

  /**
   * Seconds.
   *
   * @param scoring of all replacements
   * @param products of their matrix products alone, each at its fastest
   * @param headProducts of these the LM head's
   */
  public record Times(double scoring, double products, double headProducts) {

    /** 1 is the limit. */
    public double share() {
      return products / scoring;
    }
  }

  private final Shape shape;
  private final Model model;
  private final List<Replacement> replacements;

  /** Of this shape. */
  public ScoringSpeed(Shape shape) {
    this.shape = shape;
    this.model = shape.model();
    Layer own = model.layers().getFirst();
    this.replacements =
        List.of(
            Replacement.of(shape.replaced(), own),
            Replacement.of(shape.replaced(), own.with(new NoAttention())),
            Replacement.of(shape.replaced(), own.with(new NoFfn())),
            Replacement.of(shape.replaced(), new Layer(new NoAttention(), new NoFfn())));
  }

  /** Measures once, after a warm-up on two sequences. */
  public Times run(ComputeDevice device) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-score-")) {
      Path teacher = folder.path().resolve("teacher");
      NoiseCheckpoint.write(teacher, model, 1, Long.MAX_VALUE);
      try (DeviceMemory memory = device.memory();
          Checkpoint checkpoint = Checkpoint.open(teacher);
          BlockRunner runner = new BlockRunner(memory, model.common(), Precision.FLOAT32)) {
        BlockLibrary library = library(checkpoint, new TaskStore(folder.path().resolve("store")));
        score(memory, checkpoint, runner, library, 2);
        long began = System.nanoTime();
        score(memory, checkpoint, runner, library, shape.sequences());
        double seconds = Clock.secondsSince(began);
        try (ProductSpeed speed = new ProductSpeed(memory, Precision.FLOAT32)) {
          double head = headSeconds(speed);
          return new Times(seconds, head + layerSeconds(speed), head);
        }
      }
    }
  }

  private BlockLibrary library(Checkpoint checkpoint, TaskStore store) {
    SearchSpace space =
        SearchSpace.uniform(model, List.of(new NoAttention()), List.of(new NoFfn()));
    LibraryInputs inputs =
        new LibraryInputs(
            "noise", "none", 1, Precision.FLOAT32, TensorType.F32, TensorType.F32, Fit.NONE);
    Distillation distillation =
        new Distillation(
            new TrainingSettings(new LearningRate(1e-3, 1, 2, 0.1), 0, 1),
            Distillation.Pairing.DECOUPLED,
            Distillation.Form.SEPARATE,
            1);
    return new BlockLibrary(
        new LibraryPlan(space, inputs, distillation, store), () -> checkpoint, store);
  }

  private void score(
      DeviceMemory memory,
      Checkpoint checkpoint,
      BlockRunner runner,
      BlockLibrary library,
      int sequences)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < sequences; row++) {
      rows.add(random.ints(shape.tokens(), 0, shape.vocabulary()).toArray());
    }
    new ReplaceOneScorer(model, checkpoint, runner, library, MEMORY)
        .score(
            memory,
            List.of(TokenBatch.ofAllTokens(rows, shape.vocabulary())),
            List.of(Metric.KL_DIVERGENCE, Metric.LM_LOSS),
            ActivationStore.inMemory(),
            replacements,
            measured -> {});
  }

  private int positions() {
    return shape.sequences() * shape.tokens();
  }

  private double headSeconds(ProductSpeed speed) {
    return replacements.size()
        * speed.seconds(positions(), shape.vocabulary(), shape.hidden(), PRODUCT_REPETITIONS);
  }

  /** The layers up to the replaced one are passed once, those after it by every replacement. */
  private double layerSeconds(ProductSpeed speed) {
    long before = shape.replaced();
    long after = (long) replacements.size() * (shape.layers() - shape.replaced() - 1);
    Layer own = model.layers().getFirst();
    double attention = seconds(speed, own.attention().tensors(shape.hidden()).values());
    double ffn = seconds(speed, own.ffn().tensors(shape.hidden()).values());
    // Of the replaced layer each half is computed once for the two that keep it, and the FFN twice.
    return (before + after) * (attention + ffn) + attention + 2 * ffn;
  }

  private double seconds(ProductSpeed speed, Iterable<List<Long>> shapes) {
    double seconds = 0;
    for (List<Long> matrix : shapes) {
      if (matrix.size() == 2) {
        seconds +=
            speed.seconds(
                positions(),
                Math.toIntExact(matrix.get(0)),
                Math.toIntExact(matrix.get(1)),
                PRODUCT_REPETITIONS);
      }
    }
    return seconds;
  }
}
