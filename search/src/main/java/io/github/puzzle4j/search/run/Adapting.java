package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.util.Objects;

/** Distils the blocks of finalists anew, and takes the best of them on the validation text. */
final class Adapting {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final Distilling distilling;
  private final BlockLibrary library;
  private final Measuring onValidation;
  private final Progress progress;

  Adapting(
      SearchPlan plan,
      Workspace workspace,
      Distilling distilling,
      BlockLibrary library,
      Measuring onValidation,
      Progress progress) {
    this.plan = plan;
    this.workspace = workspace;
    this.distilling = distilling;
    this.library = library;
    this.onValidation = onValidation;
    this.progress = progress;
  }

  ChildWeights best(TargetChoice.Chosen chosen) throws IOException {
    ChildWeights best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Child finalist : chosen.finalists(plan.finalists())) {
      ChildWeights adapted = adapted(chosen.name(), finalist);
      double loss = plan.score().metric().of(onValidation.measure(adapted));
      if (best == null || loss < least) {
        best = adapted;
        least = loss;
      }
    }
    return Objects.requireNonNull(best, "a finalist");
  }

  /** A child whose blocks are distilled anew. */
  ChildWeights adapted(String name, Child child) throws IOException {
    return distilling.adapt(name, library, child, workspace.activations("adapt"), progress);
  }
}
