package io.github.puzzle4j.solver.backend;

import java.util.List;

/** A backend's claim about a model. Callers verify it. */
public sealed interface BackendAnswer {

  /**
   * A choice.
   *
   * @param chosen items in any order
   * @param bound lower bound of the objective; negative infinity if unknown
   * @param complete whether the search ended by itself, which proves the choice optimal
   */
  record Found(List<Integer> chosen, double bound, boolean complete) implements BackendAnswer {
    public Found {
      chosen = List.copyOf(chosen);
    }
  }

  /** No choice satisfies the model. */
  record NoneExists() implements BackendAnswer {}

  /**
   * Neither a choice nor a proof of infeasibility.
   *
   * @param reason one line, for example that the time was over
   */
  record GaveUp(String reason) implements BackendAnswer {}
}
