package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayList;
import java.util.List;

/** The tokens of a text and their positions in it. Immutable. */
public final class EncodedText {

  private final int[] ids;
  private final int[] starts;
  private final int[] ends;

  EncodedText(int[] ids, int[] starts, int[] ends) {
    this.ids = ids;
    this.starts = starts;
    this.ends = ends;
  }

  /** Number of tokens; 0 for an empty text. */
  public int length() {
    return ids.length;
  }

  /** A copy of the ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** Index of a token's first {@code char}; a leading space is part of the token. */
  public int start(int position) {
    return starts[position];
  }

  /** Index after a token's last {@code char}. */
  public int end(int position) {
    return ends[position];
  }

  /**
   * For each range, the tokens that share a {@code char} with it.
   *
   * @param characters ascending ranges that do not overlap
   */
  public List<Span> tokensOf(List<Span> characters) {
    List<Span> tokens = new ArrayList<>();
    int behind = 0;
    for (Span range : characters) {
      int first = behind;
      while (first < ids.length && ends[first] <= range.start()) {
        first++;
      }
      int end = first;
      while (end < ids.length && starts[end] < range.end()) {
        end++;
      }
      if (end > first) {
        tokens.add(new Span(first, end));
        behind = end;
      }
    }
    return tokens;
  }
}
