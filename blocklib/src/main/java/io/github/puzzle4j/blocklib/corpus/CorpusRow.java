package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.corpus.template.Value;

/** One row of a corpus, whatever kind of file it stands in. */
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

  /**
   * A row with {@code messages}: a conversation, which the model's chat template makes a text of.
   *
   * @param messages mappings with {@code role} and {@code content}, and whatever else they hold
   * @param tools what the assistant could call; none in most rows
   * @param task what it exercises
   */
  record Chat(Value.Sequence messages, Value tools, String task) implements CorpusRow {}
}
