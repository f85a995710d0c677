package io.github.puzzle4j.search.progress;

/** A running stage. Thread-safe. */
public interface ProgressTask extends AutoCloseable {

  /** Reports additional completed steps. */
  void step(long steps);

  /** Sets a short description of the current work. */
  void note(String what);

  /** Prints a warning of one line. */
  void warn(String what);

  /** Ends the stage, complete or not. */
  @Override
  void close();
}
