package io.github.puzzle4j.solver;

/** Whether a small or a large sum of scores is wanted. */
public enum Sense {
  MIN,
  MAX;

  /** Scores multiplied by this are wanted small: 1 or -1. */
  public int sign() {
    return this == MIN ? 1 : -1;
  }
}
