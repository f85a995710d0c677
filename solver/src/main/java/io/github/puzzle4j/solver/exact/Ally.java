package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;

/**
 * A backend that is asked about what the search has not excluded, if it does not decide that
 * quickly. Its choices are checked. Its claim that nothing better exists cannot be, so whoever uses
 * it says who claims it.
 *
 * @param seed of the backend's random choices
 */
public record Ally(SolverBackend backend, long seed) {

  /** Work for a first, short question, in seconds as the backend counts them. */
  static final double BRIEF = 1;

  /**
   * Asks for the best choice of a lattice. No row demands that it be better than the incumbents:
   * CP-SAT takes several times as long with one.
   *
   * @param left what may contain a choice better than the incumbents
   * @return whether nothing better than the incumbents exists, according to the backend
   */
  boolean settles(Lattice left, Incumbents incumbents, Clock clock, double work) {
    if (clock.isOver() || backend.unavailable().isPresent()) {
      return false;
    }
    ChoiceModel model = left.model();
    return switch (backend.minimise(model, new Budget(clock.left(), seed, work))) {
      case BackendAnswer.NoneExists() -> true;
      case BackendAnswer.GaveUp gaveUp -> false;
      case BackendAnswer.Found found -> {
        boolean valid = model.covers(found.chosen());
        if (valid) {
          int[] path = found.chosen().stream().mapToInt(Integer::intValue).toArray();
          valid = left.admits(path);
          incumbents.offer(left, path);
        }
        yield valid && found.complete() && incumbents.wanted() == 1;
      }
    };
  }
}
