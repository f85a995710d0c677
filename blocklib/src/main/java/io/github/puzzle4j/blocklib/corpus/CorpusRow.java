package io.github.puzzle4j.blocklib.corpus;

/** One line of a JSON Lines corpus. */
public sealed interface CorpusRow {

  /** A row with {@code text}; its answers are ranges of characters. */
  record Text(Document document) implements CorpusRow {}

  /** A row with {@code input_ids}; its answers are ranges of tokens. */
  record Tokens(TokenSequence sequence) implements CorpusRow {

    public Tokens {
      if (sequence.segments().size() != 1) {
        throw new IllegalArgumentException(
            "sequence holds %d segments: a row holds one document"
                .formatted(sequence.segments().size()));
      }
    }
  }
}
