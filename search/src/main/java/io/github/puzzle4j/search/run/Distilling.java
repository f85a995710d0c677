package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockDistiller;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Fills the block library of a search. */
final class Distilling {

  /** One batch in so many calibration batches only measures how well variants imitate. */
  private static final int BATCHES_PER_VALIDATION_BATCH = 10;

  private static final int MOST_CALIBRATION_BATCHES = 256;

  private final SearchPlan plan;
  private final Workspace workspace;
  private final Progress progress;
  private final TensorType stored;

  Distilling(SearchPlan plan, Workspace workspace, Progress progress, TensorType stored) {
    this.plan = plan;
    this.workspace = workspace;
    this.progress = progress;
    this.stored = stored;
  }

  /** Trains all variants that the library lacks. */
  void run(BlockLibrary library, Path activations) throws IOException {
    List<TokenBatch> batches = calibration();
    int validation = Math.max(1, batches.size() / BATCHES_PER_VALIDATION_BATCH);
    try (ProgressTask task = progress.start("distill", trainedVariants());
        ActivationStore store =
            plan.activations().budget().open(activations, workspace.config(), batches)) {
      new BlockDistiller(workspace.spaces(), plan.distill().settings(), stored)
          .distill(
              workspace.memory(),
              workspace.checkpoint().architecture(),
              workspace.checkpoint(),
              workspace.runner(),
              batches,
              validation,
              store,
              library,
              new DistillProgress(task));
    }
  }

  private long trainedVariants() {
    long variants = 0;
    for (SearchSpace space : workspace.spaces().layers()) {
      long attention = space.otherAttention().size();
      long ffn = space.otherFfn().size();
      long pairs =
          switch (plan.distill().pairing()) {
            case DECOUPLED -> 0;
            case COUPLED -> attention * ffn;
          };
      variants += attention + ffn + pairs;
    }
    return variants;
  }

  private List<TokenBatch> calibration() throws IOException {
    int batches = Math.clamp(plan.distill().steps(), 2, MOST_CALIBRATION_BATCHES);
    int measuring = Math.max(1, batches / BATCHES_PER_VALIDATION_BATCH);
    int rows = plan.distill().batch();
    int sequences = Math.max((batches + measuring) * rows, plan.rank().sequences());
    return workspace.batches(workspace.texts().calibration(sequences), rows);
  }
}
