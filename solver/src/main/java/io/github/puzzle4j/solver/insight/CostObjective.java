package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;

/** Builds the problem of optimising a cost towards a bound. */
final class CostObjective {

  private CostObjective() {}

  static SelectionProblem of(SelectionProblem problem, Bound bound) {
    Sense wanted =
        switch (bound.side()) {
          case MAX -> Sense.MIN;
          case MIN -> Sense.MAX;
        };
    return problem.withScores(wanted, candidate -> candidate.cost(bound.cost()));
  }
}
