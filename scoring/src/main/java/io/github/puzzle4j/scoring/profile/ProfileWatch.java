package io.github.puzzle4j.scoring.profile;

/** Receives the progress of a profile. */
@FunctionalInterface
public interface ProfileWatch {

  /**
   * A piece of work has been timed once more.
   *
   * @param share of the work that is done, from 0 to 1
   */
  void timed(String what, double share);
}
