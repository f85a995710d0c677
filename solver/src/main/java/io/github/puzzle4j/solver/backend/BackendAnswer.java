package io.github.puzzle4j.solver.backend;

import java.util.List;

/** What a backend claims about a model. The caller checks what can be checked. */
public sealed interface BackendAnswer {

  /**
   * A choice.
   *
   * @param chosen the items, in any order
   * @param bound no choice has a smaller objective; negative infinity if unknown
   * @param complete whether the backend ended its search by itself, so that no choice is better
   */
  record Found(List<Integer> chosen, double bound, boolean complete) implements BackendAnswer {
    public Found {
      chosen = List.copyOf(chosen);
    }
  }

  /** No choice satisfies the model. */
  record NoneExists() implements BackendAnswer {}

  /**
   * Neither a choice nor a proof that there is none.
   *
   * @param reason one line, such as that the time was over
   */
  record GaveUp(String reason) implements BackendAnswer {}
}
