package io.github.puzzle4j.blocklib.tensor;

/** The backward pass of an operation. */
@FunctionalInterface
interface Rule {

  /** Gives each operand whose gradient is wanted its share. */
  void backward(BackwardStep step);
}
