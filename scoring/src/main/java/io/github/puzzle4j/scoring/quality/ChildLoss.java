package io.github.puzzle4j.scoring.quality;

import java.util.Optional;

/**
 * What children are compared by: how much worse than their teacher they are in what a plan
 * minimises.
 *
 * @param objective what is minimised
 * @param teacher the teacher's score on the same text, where the objective {@linkplain
 *     ScoreObjective#readsTeacher needs} it
 */
public record ChildLoss(ScoreObjective objective, Optional<ChildScore> teacher) {

  public ChildLoss {
    if (objective.readsTeacher() && teacher.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is not known of the teacher".formatted(objective.label()));
    }
  }

  /** The loss of a child. */
  public TokenMean of(ChildScore score) {
    return objective.of(score, teacher.orElse(score));
  }

  /** How much worse a child is than another one, with the error of the difference. */
  public Score difference(ChildScore score, ChildScore other) {
    return of(score).minus(of(other)).score();
  }
}
