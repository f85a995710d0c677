package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import java.util.List;
import java.util.Set;

/**
 * A part of a corpus, packed.
 *
 * @param sequences as many as were wanted or there are, all of one length
 * @param documents that went into them
 * @param dropped number of documents that were left out because another part holds them too
 */
public record PackedPart(List<TokenSequence> sequences, Set<DocumentKey> documents, int dropped) {

  public PackedPart {
    sequences = List.copyOf(sequences);
    documents = Set.copyOf(documents);
  }
}
