package io.github.puzzle4j.blocklib.corpus;

import tools.jackson.databind.JsonNode;

/** One row of a corpus, independent of the file format. */
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
   * A row with {@code messages}: a conversation, to be rendered with the model's chat template.
   *
   * @param messages array of objects with {@code role}, {@code content} and possibly other keys; no
   *     integer has more than 64 bits
   * @param tools array of the tools that the assistant can call, or null
   * @param task label under which accuracies are reported
   */
  record Chat(JsonNode messages, JsonNode tools, String task) implements CorpusRow {}
}
