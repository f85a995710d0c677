package io.github.puzzle4j.blocklib.tensor.engine;

/** Functions of one number, element by element. The result has the type of the operand. */
public enum Unary {
  NEGATE,
  ABSOLUTE,
  SQUARE,
  SQUARE_ROOT,
  RECIPROCAL_SQUARE_ROOT,
  EXPONENTIAL,
  LOGARITHM,
  SIGMOID,
  SILU
}
