package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.Set;

/** A solver's problem whose selections are children. */
public interface ChildProblem {

  /** The candidates, with replace-one scores, and the limits. */
  SelectionProblem problem();

  /** The replacement that a candidate stands for. */
  Replacement replacement(Candidate candidate);

  /** The child that a selection makes of the teacher. */
  Child child(Selection selection);

  /**
   * The selection that makes this child.
   *
   * @throws IllegalArgumentException if it has replacements that are no candidates
   */
  default Selection selection(Child child) {
    Set<Replacement> wanted = Set.copyOf(child.replacements());
    return Selection.of(
        problem(),
        problem().candidates().stream()
            .filter(candidate -> wanted.contains(replacement(candidate)))
            .toList());
  }
}
