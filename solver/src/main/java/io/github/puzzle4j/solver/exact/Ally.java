package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.util.function.IntUnaryOperator;

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
   * Asks for the best choice of a model. No row demands that it be better than the incumbents:
   * CP-SAT takes several times as long with one.
   *
   * @param left what may contain a choice better than the incumbents
   * @param origin by item, its number in the model of the incumbents
   * @return whether nothing better than the incumbents exists, according to the backend
   */
  boolean settles(
      ChoiceModel left, IntUnaryOperator origin, Incumbents incumbents, Clock clock, double work) {
    if (clock.isOver() || backend.unavailable().isPresent()) {
      return false;
    }
    return switch (backend.minimise(left, new Budget(clock.left(), seed, work))) {
      case BackendAnswer.NoneExists() -> true;
      case BackendAnswer.GaveUp gaveUp -> false;
      case BackendAnswer.Found found -> {
        boolean valid = left.admits(found.chosen());
        if (valid) {
          incumbents.offer(
              left.objective(found.chosen()),
              found.chosen().stream().mapToInt(origin::applyAsInt).toArray());
        }
        yield valid && found.complete() && incumbents.wanted() == 1;
      }
    };
  }
}
