package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;

/** A value of a plan does not fit the teacher, the target or this machine. */
public final class PlanValueException extends InvalidInputException {

  private static final long serialVersionUID = 1;

  private final String key;

  /**
   * With one line.
   *
   * @param key the path of the value, such as {@code targets[0].gpu}
   * @param message for a user who does not see the plan's lines
   */
  public PlanValueException(String key, String message) {
    super(message);
    this.key = key;
  }

  /** The same with a cause. */
  public PlanValueException(String key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /** The path of the value. */
  public String key() {
    return key;
  }
}
