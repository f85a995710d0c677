package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

  /** A token of one text and the token of another with which the same tokens begin. */
  record Seam(int left, int right) {}

  /**
   * The first place behind a character from which on this and a text that begins in it have the
   * same tokens, as many as asked for.
   */
  Optional<Seam> seam(EncodedText next, int behind, int tokens) {
    int left = Arrays.binarySearch(starts, behind);
    left = left < 0 ? -left - 1 : left;
    int right = 0;
    for (; left + tokens <= ids.length; left++) {
      while (right < next.ids.length && next.starts[right] < starts[left]) {
        right++;
      }
      if (right + tokens > next.ids.length) {
        break;
      }
      if (Arrays.equals(ids, left, left + tokens, next.ids, right, right + tokens)
          && Arrays.equals(starts, left, left + tokens, next.starts, right, right + tokens)) {
        return Optional.of(new Seam(left, right));
      }
    }
    return Optional.empty();
  }

  EncodedText before(int token) {
    return part(0, token);
  }

  EncodedText from(int token) {
    return part(token, ids.length);
  }

  private EncodedText part(int from, int to) {
    return new EncodedText(
        Arrays.copyOfRange(ids, from, to),
        Arrays.copyOfRange(starts, from, to),
        Arrays.copyOfRange(ends, from, to));
  }

  static EncodedText joined(List<EncodedText> parts) {
    return new EncodedText(
        joined(parts, part -> part.ids),
        joined(parts, part -> part.starts),
        joined(parts, part -> part.ends));
  }

  private static int[] joined(List<EncodedText> parts, Function<EncodedText, int[]> of) {
    int[] joined = new int[parts.stream().mapToInt(EncodedText::length).sum()];
    int at = 0;
    for (EncodedText part : parts) {
      System.arraycopy(of.apply(part), 0, joined, at, part.length());
      at += part.length();
    }
    return joined;
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
