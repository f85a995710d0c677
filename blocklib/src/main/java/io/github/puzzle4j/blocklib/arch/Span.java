package io.github.puzzle4j.blocklib.arch;

/**
 * Consecutive layers of a teacher.
 *
 * @param first counted from 0
 * @param last included
 */
public record Span(int first, int last) {

  public Span {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("first=%d, last=%d".formatted(first, last));
    }
  }

  /** One layer. */
  public static Span of(int layer) {
    return new Span(layer, layer);
  }

  /** Number of layers. */
  public int length() {
    return last - first + 1;
  }

  /** {@code L3} for one layer, {@code L3-4} for several. */
  @Override
  public String toString() {
    return length() == 1 ? "L" + first : "L%d-%d".formatted(first, last);
  }
}
