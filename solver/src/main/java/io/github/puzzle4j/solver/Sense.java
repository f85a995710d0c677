package io.github.puzzle4j.solver;

/** Whether a small or a large sum of scores is wanted. */
public enum Sense {
  MIN,
  MAX
}
