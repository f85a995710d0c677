package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Measures whole children with weights from a library, all on the same text. */
@FunctionalInterface
public interface ChildMeter {

  /** The scores of children, in their order. */
  List<ChildScore> measure(List<Child> children) throws IOException;

  /** What children are compared by; the teacher is measured where that needs it. */
  default ChildLoss loss(ScoreObjective objective, Model teacher) throws IOException {
    return new ChildLoss(
        objective,
        objective.readsTeacher()
            ? Optional.of(measure(List.of(Child.unchanged(teacher))).getFirst())
            : Optional.empty());
  }
}
