package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;

/**
 * What is known of a plan in which nothing was found that would end a search later.
 *
 * @param memory what the stages have in memory at most
 * @param space replacements that are trained and scored
 */
public record PlanCheck(MemoryBounds memory, SearchSpace space) {

  /**
   * Checks a plan as {@link Search#open} and {@link Search#begin} do, without a run directory.
   *
   * @throws OutOfReachException if no child can keep the budget of a target
   */
  public static PlanCheck of(SearchPlan plan, Progress progress) throws IOException {
    return of(
        plan,
        progress,
        path -> HeldStore.open(path, TaskVersions.current(), progress::warn).forOneSearch());
  }

  /** The same with a store that is held for several searches, whatever the plan says. */
  public static PlanCheck of(SearchPlan plan, Progress progress, HeldStore store)
      throws IOException {
    return of(plan, progress, _ -> store.lent());
  }

  private static PlanCheck of(SearchPlan plan, Progress progress, HeldStore.Source store)
      throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-plan")) {
      CheckedPlan checked =
          CheckedPlan.of(
              plan, CheckedPlan.machine(plan, new RunDirectory(folder.path()), store, progress));
      try {
        checked.announce(progress);
        return of(checked);
      } finally {
        checked.teacher().close();
      }
    }
  }

  static PlanCheck of(CheckedPlan checked) {
    return new PlanCheck(
        MemoryBounds.of(checked.plan(), checked.teacher().model()), checked.space());
  }
}
