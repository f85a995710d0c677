package io.github.puzzle4j.solver;

/** Direction of optimisation of the sum of scores. */
public enum Sense {
  MIN,
  MAX;

  /** Factor that turns the objective into a minimisation: 1 or -1. */
  public int sign() {
    return this == MIN ? 1 : -1;
  }
}
