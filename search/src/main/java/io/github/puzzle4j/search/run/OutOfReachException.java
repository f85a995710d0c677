package io.github.puzzle4j.search.run;

import java.io.IOException;

/** No child of a teacher can keep the budget of a target, whatever its scores. */
public final class OutOfReachException extends IOException {

  private static final long serialVersionUID = 1;

  /** With one line: the limits, and what can be reached. */
  public OutOfReachException(String message) {
    super(message);
  }
}
