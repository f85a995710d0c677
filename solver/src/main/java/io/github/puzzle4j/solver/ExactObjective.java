package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.exact.ExactSearch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides between choices that differ only in what the integers of a model round off. A choice
 * better than a known one cannot have a larger rounded objective than the known exact one. Usually
 * few choices have so small a rounded objective, and all of them are listed. If there are many, for
 * example because scores of 0.1 stand beside one of 1e18, the rounded objective becomes a row and
 * the rest the objective, for one value of the rounded objective after another; for one alone if
 * the rests cannot outweigh a difference between two.
 */
final class ExactObjective {

  /** Number of choices to list. */
  private static final int MAX_LISTED = 50;

  private final BackendSearch search;
  private final ScaledProblem scaled;
  private final List<Bound> bounds;
  private final List<ChoiceRow> rows;
  private final Hints hints;

  ExactObjective(
      BackendSearch search,
      ScaledProblem scaled,
      List<Bound> bounds,
      List<ChoiceRow> rows,
      Hints hints) {
    this.search = search;
    this.scaled = scaled;
    this.bounds = bounds;
    this.rows = rows;
    this.hints = hints;
  }

  /**
   * Choices and whether they are the best.
   *
   * @param choices items, best first
   */
  record Best(List<List<Integer>> choices, boolean proven) {}

  /**
   * Lists all choices whose rounded objective is no larger than the exact one of these, and returns
   * as many of the best; empty if there are too many, or the time ends.
   *
   * @param known choices within the bounds that are the best by their rounded objective
   */
  Optional<List<List<Integer>>> listed(List<List<Integer>> known, int count) {
    BigDecimal worst =
        known.stream().map(scaled::objective).max(Comparator.naturalOrder()).orElseThrow();
    ChoiceModel model = scaled.model().with(rows);
    return ExactSearch.allBelow(
            model,
            known,
            BackendSearch.prices(model, hints),
            scaled.largestUnits(worst) + 1,
            count + MAX_LISTED,
            search.time())
        .map(all ->
            all.stream()
                .filter(this::isWithinBounds)
                .sorted(Comparator.comparing(scaled::objective))
                .limit(count)
                .toList());
  }

  private boolean isWithinBounds(List<Integer> choice) {
    return BackendSearch.keeps(scaled.candidates(choice), bounds);
  }

  /**
   * The best choice.
   *
   * @param first the best one by its rounded objective
   */
  Best best(List<Integer> first) {
    // With pair terms, the rounded objective is no row.
    boolean linear = scaled.model().pairs().isEmpty();
    if (linear && scaled.restsNeverDecide()) {
      return bestByRest(first);
    }
    Optional<List<List<Integer>>> few = listed(List.of(first), 1);
    if (few.isPresent()) {
      return new Best(few.get(), true);
    }
    return linear ? bestByRest(first) : new Best(List.of(first), false);
  }

  /**
   * Minimises the rest among the choices whose rounded objective is at most the smallest one, at
   * most the next one, and so on, as long as a smaller rest could outweigh the larger objective.
   */
  private Best bestByRest(List<Integer> first) {
    ScaledProblem rest = scaled.rest();
    List<Integer> best = first;
    long units = scaled.model().objective(first);
    while (scaled.objective(units).add(rest.freeMinimum()).compareTo(scaled.objective(best)) < 0) {
      List<ChoiceRow> further = new ArrayList<>(rows);
      further.add(scaled.objectiveAtMost(units));
      if (!(search.best(rest, bounds, further, Hints.none(0)) instanceof Attempt.Found found
          && found.proven())) {
        return new Best(List.of(best), false);
      }
      List<Integer> next = scaled.items(found.selection());
      best = scaled.objective(next).compareTo(scaled.objective(best)) < 0 ? next : best;
      units += scaled.step();
    }
    return new Best(List.of(best), true);
  }
}
