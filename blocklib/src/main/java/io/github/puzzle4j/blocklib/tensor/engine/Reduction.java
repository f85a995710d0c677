package io.github.puzzle4j.blocklib.tensor.engine;

/** Functions of the numbers along some axes. */
public enum Reduction {
  SUM,
  MEAN,
  MINIMUM,
  MAXIMUM
}
