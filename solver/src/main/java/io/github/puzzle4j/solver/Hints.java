package io.github.puzzle4j.solver;

import java.util.Collections;
import java.util.List;

/**
 * Where a search may begin; right or wrong, the answer is the same.
 *
 * @param choices items of the model; those that it does not admit are passed over
 * @param prices by row of the model, in its units; 0 where nothing is known
 */
record Hints(List<List<Integer>> choices, List<Double> prices) {

  Hints {
    choices = choices.stream().map(List::copyOf).toList();
    prices = List.copyOf(prices);
  }

  /** Nothing is known of a model with so many rows. */
  static Hints none(int rows) {
    return new Hints(List.of(), Collections.nCopies(rows, 0.0));
  }
}
