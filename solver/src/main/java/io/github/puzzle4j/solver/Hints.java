package io.github.puzzle4j.solver;

import java.util.Collections;
import java.util.List;

/**
 * Warm start for a search. Hints do not affect the result.
 *
 * @param choices items of the model; infeasible choices are ignored
 * @param prices by row of the model, in its units; 0 if unknown
 */
record Hints(List<List<Integer>> choices, List<Double> prices) {

  Hints {
    choices = choices.stream().map(List::copyOf).toList();
    prices = List.copyOf(prices);
  }

  /** No hints for a model with this many rows. */
  static Hints none(int rows) {
    return new Hints(List.of(), Collections.nCopies(rows, 0.0));
  }
}
