package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Helpers for baselines that use candidates for single layers. */
final class SingleLayers {

  private SingleLayers() {}

  /** By layer, the candidates that cover only that layer. */
  static List<List<Candidate>> of(SelectionProblem problem) {
    List<List<Candidate>> byLayer = new ArrayList<>();
    for (int layer = 0; layer < problem.layers(); layer++) {
      byLayer.add(new ArrayList<>());
    }
    for (Candidate candidate : problem.available()) {
      if (candidate.layers().size() == 1) {
        byLayer.get(candidate.firstLayer()).add(candidate);
      }
    }
    return byLayer;
  }

  /** The selection of these candidates; empty if it violates a limit. */
  static Optional<Selection> admissible(SelectionProblem problem, List<Candidate> chosen) {
    return problem.broken(chosen).isEmpty()
        ? Optional.of(Selection.of(problem, chosen))
        : Optional.empty();
  }
}
