package io.github.puzzle4j.scoring.task;

import java.util.Optional;

/**
 * The share of a task's questions that were answered rightly.
 *
 * @param kind of its questions
 * @param right answers
 * @param rightByLength the same of multiple choice where likelihoods are divided by the lengths of
 *     the choices
 * @param asked questions, at least 1
 */
public record TaskResult(Kind kind, long right, Optional<Long> rightByLength, long asked) {

  /** How questions are answered. */
  public enum Kind {
    MULTIPLE_CHOICE,
    EXACT_MATCH
  }

  /** The share of right answers. */
  public double accuracy() {
    return (double) right / asked;
  }

  /** The share of right answers by likelihood and length. */
  public Optional<Double> accuracyByLength() {
    return rightByLength.map(count -> (double) count / asked);
  }

  /** Standard error of a share of the questions; 0 of a single question. */
  public double standardError(double share) {
    return asked < 2 ? 0 : Math.sqrt(share * (1 - share) / (asked - 1));
  }

  TaskResult plus(TaskResult other) {
    return new TaskResult(
        kind,
        right + other.right,
        rightByLength.map(count -> count + other.rightByLength.orElse(0L)),
        asked + other.asked);
  }
}
