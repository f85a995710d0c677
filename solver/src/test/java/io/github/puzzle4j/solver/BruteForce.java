package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Enumerates every selection of a small problem. */
public final class BruteForce {

  private BruteForce() {}

  /** All selections with the required and without the forbidden candidates, ignoring the limits. */
  public static List<Selection> all(SelectionProblem problem) {
    List<Selection> all = new ArrayList<>();
    extend(problem, new ArrayList<>(), 0, all);
    all.removeIf(selection -> {
      List<String> ids = selection.chosen().stream().map(Candidate::id).toList();
      return !ids.containsAll(problem.required())
          || problem.forbidden().stream().anyMatch(ids::contains);
    });
    return all;
  }

  /** All selections within the limits, best first. */
  public static List<Selection> admissible(SelectionProblem problem) {
    Comparator<Selection> order = Comparator.comparing(Selection::exactObjective);
    return all(problem).stream()
        .filter(selection -> problem.broken(selection.chosen()).isEmpty())
        .sorted(problem.sense() == Sense.MIN ? order : order.reversed())
        .toList();
  }

  /**
   * The best objective among selections that differ from all earlier ones in at least {@code
   * difference} layers.
   */
  public static Optional<BigDecimal> best(
      List<Selection> admissible, List<Selection> earlier, int difference) {
    return admissible.stream()
        .filter(s -> earlier.stream().allMatch(e -> s.difference(e) >= difference))
        .findFirst()
        .map(Selection::exactObjective);
  }

  private static void extend(
      SelectionProblem problem, List<Candidate> chosen, int layer, List<Selection> all) {
    if (layer == problem.layers()) {
      all.add(Selection.of(problem, chosen));
      return;
    }
    for (Candidate candidate : problem.candidates()) {
      if (candidate.firstLayer() == layer) {
        chosen.add(candidate);
        extend(problem, chosen, candidate.endLayer(), all);
        chosen.removeLast();
      }
    }
  }
}
