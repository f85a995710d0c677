package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.solver.Candidate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The sum of replace-one scores, which the solver minimises. */
final class SumOfScores {

  private final Map<Replacement, Double> scores = new HashMap<>();

  SumOfScores(ChildProblem space) {
    for (Candidate candidate : space.problem().candidates()) {
      scores.put(space.replacement(candidate), candidate.score());
    }
  }

  /** The sum for a child of the problem's candidates. */
  double of(Child child) {
    double sum = 0;
    for (Replacement replacement : child.replacements()) {
      sum += Objects.requireNonNull(scores.get(replacement), replacement.id());
    }
    return sum;
  }
}
