package io.github.puzzle4j.blocklib.tensor.engine;

/**
 * Functions of two numbers, element by element. Sizes of 1 and missing leading sizes are spread; of
 * two floating-point types the wider one is that of the result, where both have dimensions.
 * Comparisons give {@code BOOL}, and {@code AND} and {@code OR} are for such operands.
 */
public enum Binary {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  EQUAL,
  LESS,
  GREATER_OR_EQUAL,
  AND,
  OR
}
