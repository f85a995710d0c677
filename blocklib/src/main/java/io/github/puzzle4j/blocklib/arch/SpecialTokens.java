package io.github.puzzle4j.blocklib.arch;

import java.util.List;

/**
 * Ids of special tokens.
 *
 * @param begin ids that open a document: none or one
 * @param end ids that close one; several for chat models
 */
public record SpecialTokens(List<Integer> begin, List<Integer> end) {

  /** No special tokens. */
  public static SpecialTokens none() {
    return new SpecialTokens(List.of(), List.of());
  }

  public SpecialTokens {
    begin = List.copyOf(begin);
    end = List.copyOf(end);
    if (begin.size() > 1) {
      throw new IllegalArgumentException(
          "begin=%s: at most one token opens a document".formatted(begin));
    }
  }
}
