package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.corpus.TextDigest;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import java.util.List;

/**
 * The identity of the text of one part of a search, row by row.
 *
 * @param part as in the plan, such as {@code calibration}
 * @param source files, or the seed of synthetic text
 * @param tokens of all rows
 * @param digest SHA-256 of all rows together
 * @param rows SHA-256 of each packed sequence, in the order in which they are used: stages that
 *     need fewer use the first ones
 */
record UsedText(String part, String source, long tokens, String digest, List<String> rows) {

  /** All texts of a run, as they are written. */
  record All(int schema, List<UsedText> texts) {

    /** The version that this release writes. */
    static final int SCHEMA = 1;
  }

  UsedText {
    rows = List.copyOf(rows);
  }

  static UsedText of(String part, String source, List<TokenSequence> sequences) {
    return new UsedText(
        part,
        source,
        sequences.stream().mapToLong(TokenSequence::length).sum(),
        TextDigest.of(sequences),
        sequences.stream().map(sequence -> TextDigest.of(List.of(sequence))).toList());
  }
}
