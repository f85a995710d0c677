package io.github.puzzle4j.search.progress;

/** A stage that is under way. Safe to call from several threads. */
public interface ProgressTask extends AutoCloseable {

  /** Reports that so many further steps are done. */
  void step(long steps);

  /** What is being worked on just now, in a few words. */
  void note(String what);

  /** Tells the user something that must not be missed, in one line. */
  void warn(String what);

  /** Ends the stage, whether it is complete or not. */
  @Override
  void close();
}
