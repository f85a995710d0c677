package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import java.util.List;
import java.util.Set;

/**
 * A packed part of a corpus.
 *
 * @param sequences as many as requested or available, all of one length
 * @param documents keys of the documents that they contain
 * @param dropped number of documents skipped because another part contains them
 * @param passedOver number of empty rows
 */
public record PackedPart(
    List<TokenSequence> sequences, Set<DocumentKey> documents, int dropped, int passedOver) {

  public PackedPart {
    sequences = List.copyOf(sequences);
    documents = Set.copyOf(documents);
  }
}
