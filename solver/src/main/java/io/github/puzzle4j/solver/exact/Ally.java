package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.util.List;

/**
 * A backend that is asked about a model if the search does not decide it quickly. Its choices are
 * checked; its claim that nothing better exists cannot be, so whoever uses it says who claims it.
 *
 * <p>It gets the whole model: of what a reduction by a known choice left, with a row that demands a
 * better one, CP-SAT took several times as long.
 *
 * @param seed of the backend's random choices
 */
public record Ally(SolverBackend backend, long seed) {

  /** Work for a first, short question, in seconds as the backend counts them. */
  static final double BRIEF = 1;

  /**
   * Asks for the best choice of a model.
   *
   * @return whether nothing better than the incumbents exists, according to the backend
   */
  boolean settles(ChoiceModel model, Incumbents incumbents, Clock clock, double work) {
    if (clock.isOver() || backend.unavailable().isPresent()) {
      return false;
    }
    return switch (backend.minimise(model, new Budget(clock.left(), seed, work))) {
      case BackendAnswer.NoneExists() -> true;
      case BackendAnswer.GaveUp gaveUp -> false;
      case BackendAnswer.Found found -> {
        List<Integer> choice = found.chosen();
        boolean valid = model.admits(choice);
        if (valid) {
          incumbents.offer(
              model.objective(choice), choice.stream().mapToInt(Integer::intValue).toArray());
        }
        yield valid && found.complete() && incumbents.wanted() == 1;
      }
    };
  }
}
