package io.github.puzzle4j.blocklib.corpus;

/**
 * A half-open range, of characters or of tokens.
 *
 * @param start first index
 * @param end index after the last one
 */
public record Span(int start, int end) {

  public Span {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          "start=%d, end=%d: a span holds at least one index and starts at 0 or later"
              .formatted(start, end));
    }
  }

  /** Number of indices in the range. */
  public int length() {
    return end - start;
  }
}
