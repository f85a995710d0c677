package io.github.puzzle4j.solver;

import java.io.IOException;

/** A user's problem is invalid or cannot be solved; the message is one line. */
public final class InvalidProblemException extends IOException {

  public InvalidProblemException(String message) {
    super(message);
  }

  public InvalidProblemException(String message, Throwable cause) {
    super(message, cause);
  }
}
