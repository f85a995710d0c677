package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a search needs before it computes, each read or opened when it is first asked for. */
final class Groundwork {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final Progress progress;
  private @Nullable Distilling distilling;
  private @Nullable BlockLibrary library;
  private @Nullable Measuring measuring;

  Groundwork(SearchPlan plan, Workspace workspace, Progress progress) {
    this.plan = plan;
    this.workspace = workspace;
    this.progress = progress;
  }

  /** Trains variants and children. */
  Distilling distilling() throws IOException {
    if (distilling == null) {
      readTexts();
      distilling = new Distilling(plan, workspace, Search.STORED);
    }
    return distilling;
  }

  /** The library in the store, complete or not. */
  BlockLibrary library() throws IOException {
    if (library == null) {
      library = distilling().library();
    }
    return library;
  }

  /** Measures children on held-out text. */
  Measuring measuring() throws IOException {
    if (measuring == null) {
      measuring = Measuring.withQuestions(plan, workspace, workspace.texts().heldOut());
    }
    return measuring;
  }

  /** Reads text from files, so that errors in it are reported before anything is computed. */
  private void readTexts() throws IOException {
    if (workspace.texts().readsFiles()) {
      try (ProgressTask task = progress.start("read text", 1)) {
        measuring();
        workspace.texts().validation(plan.score().sequences());
        workspace.texts().takeWarnings().forEach(task::warn);
        task.step(1);
      }
    }
  }
}
