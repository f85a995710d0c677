package io.github.puzzle4j.blocklib;

import java.io.IOException;

/**
 * A file or setting from the user is invalid.
 *
 * <p>The message is one line for the user: what is wrong, where, and what would be right.
 */
public class InvalidInputException extends IOException {

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
