package io.github.puzzle4j.solver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Selections and prices of earlier problems, for warm starts. */
final class SolveHistory {

  private static final int REMEMBERED = 16;

  private final Deque<List<String>> selections = new ArrayDeque<>();
  private final Map<String, Double> prices = new LinkedHashMap<>();

  /** Hints for a problem, from earlier selections whose candidates it also has. */
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

  /** Stores selections, and prices in units of the problem. */
  void remember(List<Attempt.Found> found, Map<Bound, Double> worth) {
    for (Attempt.Found next : found.subList(0, Math.min(found.size(), REMEMBERED))) {
      selections.addFirst(next.selection().chosen().stream().map(Candidate::id).toList());
    }
    while (selections.size() > REMEMBERED) {
      selections.removeLast();
    }
    worth.forEach((bound, price) -> prices.put(side(bound), price));
  }

  /** Key for prices: they change little when only the value of a bound changes. */
  private static String side(Bound bound) {
    return bound.side() + " " + bound.cost();
  }
}
