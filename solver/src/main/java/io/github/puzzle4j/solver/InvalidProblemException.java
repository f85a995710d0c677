package io.github.puzzle4j.solver;

import java.io.IOException;

/** What the user asked for cannot be solved as written; the message is one line and names it. */
public final class InvalidProblemException extends IOException {

  public InvalidProblemException(String message) {
    super(message);
  }

  public InvalidProblemException(String message, Throwable cause) {
    super(message, cause);
  }
}
