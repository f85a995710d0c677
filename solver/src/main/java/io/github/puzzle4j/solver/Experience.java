package io.github.puzzle4j.solver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was learnt from earlier problems: selections that were found, and what limits were worth.
 */
final class Experience {

  private static final int REMEMBERED = 16;

  private final Deque<List<String>> selections = new ArrayDeque<>();
  private final Map<String, Double> prices = new LinkedHashMap<>();

  /** Hints for a problem, of whose candidates earlier ones may have had some. */
  Hints hints(ScaledProblem scaled) {
    if (selections.isEmpty()) {
      return Hints.none(scaled.bounds().size());
    }
    Map<String, Integer> items = new HashMap<>();
    for (int item = 0; item < scaled.candidates().size(); item++) {
      items.put(scaled.candidates().get(item).id(), item);
    }
    List<List<Integer>> choices = new ArrayList<>();
    for (List<String> ids : selections) {
      if (items.keySet().containsAll(ids)) {
        choices.add(ids.stream().map(items::get).toList());
      }
    }
    List<Double> known =
        scaled.bounds().stream()
            .map(bound -> prices.getOrDefault(side(bound), 0.0) / scaled.naturalPrice(bound))
            .toList();
    return new Hints(choices, known);
  }

  /** Keeps the selections, and prices in the units of the problem's files. */
  void remember(List<Attempt.Found> found, Map<Bound, Double> worth) {
    for (Attempt.Found next : found.subList(0, Math.min(found.size(), REMEMBERED))) {
      selections.addFirst(next.selection().chosen().stream().map(Candidate::id).toList());
    }
    while (selections.size() > REMEMBERED) {
      selections.removeLast();
    }
    worth.forEach((bound, price) -> prices.put(side(bound), price));
  }

  /** Prices change little where only a bound's value does. */
  private static String side(Bound bound) {
    return bound.side() + " " + bound.cost();
  }
}
