package io.github.puzzle4j.blocklib.task;

import java.util.Locale;

/**
 * The key of a result: a hash of the task's description, which includes digests of its inputs.
 *
 * @param kind of the task
 * @param digest SHA-256 of kind, version and description, in hexadecimal digits
 */
public record TaskKey(Task.Kind kind, String digest) {

  /** Kind and digest as parts of a path. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + "/" + digest;
  }
}
