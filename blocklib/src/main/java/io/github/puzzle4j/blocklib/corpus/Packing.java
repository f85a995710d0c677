package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Packs documents into sequences of one length, without padding.
 *
 * <p>A document that starts a sequence or fits into it keeps its beginning: if the last document of
 * a sequence does not fit, it is truncated and the rest is dropped, since questions cannot be
 * answered without the text before them. Only documents longer than a sequence continue in the next
 * one.
 */
public final class Packing {

  private static final String BEGIN_TASK = "begin";

  private final int length;
  private final OptionalInt beginOfText;
  private final List<TokenSequence> open = new ArrayList<>();
  private final Deque<TokenSequence> full = new ArrayDeque<>();
  private int filled;

  /**
   * @param length tokens per sequence, at least 2
   * @param beginOfText inserted before each document that does not start with it
   */
  public Packing(int length, OptionalInt beginOfText) {
    if (length < 2) {
      throw new IllegalArgumentException("length=%d must be at least 2".formatted(length));
    }
    this.length = length;
    this.beginOfText = beginOfText;
  }

  /** Adds a document. */
  public void add(TokenSequence document) {
    TokenSequence whole = opened(document);
    boolean goesOn = whole.length() > length;
    int at = 0;
    while (at < whole.length()) {
      int end = Math.min(whole.length(), at + length - filled);
      append(whole.slice(at, end));
      at = goesOn ? end : whole.length();
    }
  }

  /** Removes and returns the next full sequence, if there is one. */
  public Optional<TokenSequence> poll() {
    return Optional.ofNullable(full.poll());
  }

  private TokenSequence opened(TokenSequence document) {
    if (beginOfText.isEmpty() || document.id(0) == beginOfText.getAsInt()) {
      return document;
    }
    int[] begin = {beginOfText.getAsInt()};
    return TokenSequence.concatenation(
        List.of(TokenSequence.of(begin, BEGIN_TASK, List.of()), document));
  }

  private void append(TokenSequence part) {
    open.add(part);
    filled += part.length();
    if (filled == length) {
      full.add(TokenSequence.concatenation(open));
      open.clear();
      filled = 0;
    }
  }
}
