package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.library.BlockDistiller;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.ChildDistiller;
import io.github.puzzle4j.blocklib.library.LibraryInputs;
import io.github.puzzle4j.blocklib.library.LibraryPlan;
import io.github.puzzle4j.blocklib.library.Train;
import io.github.puzzle4j.blocklib.train.ActivationBudget;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.search.plan.Distill;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Fills the block library of a search. */
final class Distilling {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final TensorType stored;
  private final List<TokenBatch> batches;

  Distilling(SearchPlan plan, Workspace workspace, TensorType stored) throws IOException {
    this.plan = plan;
    this.workspace = workspace;
    this.stored = stored;
    this.batches = calibration();
  }

  private List<TokenBatch> calibration() throws IOException {
    int sequences = plan.distill().calibrationSequences(plan.rank().sequences());
    return workspace.batches(workspace.texts().calibration(sequences), plan.distill().batch());
  }

  /** The library in the store, complete or not. */
  BlockLibrary library() throws IOException {
    ActivationBudget budget = plan.activations().budget();
    boolean inMemory = budget.fitsMemory(workspace.teacher().common(), batches);
    LibraryInputs inputs =
        new LibraryInputs(
            workspace.teacherDigest(),
            TokenBatch.digest(batches),
            Distill.validationBatches(batches.size()),
            plan.products(),
            stored,
            inMemory ? TensorType.F32 : TensorType.BF16,
            plan.distill().fit());
    return new BlockLibrary(
        new LibraryPlan(workspace.space(), inputs, plan.distill().settings(), workspace.store()),
        workspace.folder()::weights,
        workspace.store());
  }

  /** Runs those of these trainings that the library lacks. */
  void run(BlockLibrary library, Set<Train> trainings, Path activations, Progress progress)
      throws IOException {
    int replacements = trainings.stream().mapToInt(train -> train.replacements().size()).sum();
    try (ProgressTask task = progress.start("distill", replacements)) {
      if (library.isComplete()) {
        for (Train train : trainings) {
          library.statistics(train).orElseThrow().forEach(new DistillProgress(task)::trained);
        }
        return;
      }
      workspace.warnOfText(
          task, plan.distill().steps(), plan.distill().batches(), "distill.batches");
      try (ActivationStore store =
          plan.activations()
              .budget()
              .open(activations, workspace.teacher().common(), batches, workspace.store()::warn)) {
        new BlockDistiller(library, workspace.runner(), batches)
            .distill(workspace.memory(), trainings, store, new DistillProgress(task));
      }
    }
  }

  /** As many of the library's batches as there are steps, and those that it holds out. */
  private List<TokenBatch> adaptText() {
    int trained = batches.size() - Distill.validationBatches(batches.size());
    List<TokenBatch> text =
        new ArrayList<>(batches.subList(0, Math.min(trained, plan.adaptSteps())));
    text.addAll(batches.subList(trained, batches.size()));
    return List.copyOf(text);
  }

  /**
   * Distils the blocks of a child anew, on its own activations.
   *
   * @param name of the target, for the display of progress
   */
  ChildWeights adapt(
      String name, BlockLibrary library, Child child, Path activations, Progress progress)
      throws IOException {
    List<TokenBatch> text = adaptText();
    try (ProgressTask task = progress.start("adapt " + name, child.replacements().size());
        ActivationStore store =
            plan.activations()
                .budget()
                .open(activations, workspace.teacher().common(), text, workspace.store()::warn)) {
      ChildDistiller.Result result =
          new ChildDistiller(
                  library,
                  workspace.runner(),
                  text,
                  plan.distill().settings(plan.adaptSteps()),
                  plan.distill().seed())
              .distill(workspace.memory(), store, child, new AdaptProgress(task));
      return new ChildWeights(child, result.tensors(), result.sources());
    }
  }
}
