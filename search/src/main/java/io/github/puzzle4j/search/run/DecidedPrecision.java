package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PrecisionChoice;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.util.Locale;

/**
 * Decides {@code precision: auto} once for a run: results depend on the precision, and a second
 * measurement may come out otherwise. The plan that a run keeps states what was decided.
 */
final class DecidedPrecision {

  private DecidedPrecision() {}

  static SearchPlan of(
      SearchPlan plan, RunDirectory directory, ComputeDevice device, Progress progress)
      throws IOException {
    if (plan.precision() != PrecisionChoice.AUTO) {
      return plan;
    }
    for (Precision earlier : Precision.values()) {
      SearchPlan decided = plan.withPrecision(earlier);
      if (directory.keeps(PlanReader.write(decided))) {
        return decided;
      }
    }
    try (ProgressTask task = progress.start("measure precision", 1)) {
      Precision decided = plan.precision().on(device);
      task.note(decided.name().toLowerCase(Locale.ROOT) + " is faster");
      task.step(1);
      return plan.withPrecision(decided);
    }
  }
}
