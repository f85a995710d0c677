package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.Packing;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a part of a corpus: rows are converted to documents, documents to tokens, and tokens to
 * packed sequences. It reads only as much as the sequences need, with one row at a time in memory.
 */
final class PartReader {

  private final TextTokenizer tokenizer;
  private final ChatTexts chats;
  private final int vocabularySize;
  private final int sequenceLength;

  PartReader(TextTokenizer tokenizer, ChatTexts chats, int vocabularySize, int sequenceLength) {
    this.tokenizer = tokenizer;
    this.chats = chats;
    this.vocabularySize = vocabularySize;
    this.sequenceLength = sequenceLength;
  }

  /**
   * Reads the first sequences of a part.
   *
   * @param elsewhere documents of other parts, which are dropped
   * @throws InvalidInputException if a row cannot be used; the message names file and line or row
   */
  PackedPart read(PartFiles files, CorpusSplit part, int wanted, Set<DocumentKey> elsewhere)
      throws IOException {
    Packing packing = new Packing(sequenceLength, tokenizer.beginOfText());
    List<TokenSequence> sequences = new ArrayList<>();
    Set<DocumentKey> documents = new HashSet<>();
    int dropped = 0;
    long passedOver;
    try (SourcesInTurn reader = new SourcesInTurn(files.of(part))) {
      while (sequences.size() < wanted) {
        Optional<CorpusRow> row = reader.next();
        if (row.isEmpty()) {
          break;
        }
        CorpusRow plain = plain(row.get(), reader.place());
        DocumentKey key = key(plain);
        if (PartFiles.owner(split(plain), files.sharing(reader.file())) != part) {
          continue;
        }
        if (elsewhere.contains(key)) {
          dropped++;
          continue;
        }
        Optional<TokenSequence> tokens = tokens(row.get(), plain, reader.place());
        if (tokens.isPresent()) {
          packing.add(tokens.get());
          reader.give(tokens.get().length());
        }
        documents.add(key);
        for (var full = packing.poll(); full.isPresent(); full = packing.poll()) {
          sequences.add(full.get());
        }
      }
      passedOver = reader.passedOver();
    }
    int kept = Math.min(wanted, sequences.size());
    return new PackedPart(
        sequences.subList(0, kept), documents, dropped, Math.toIntExact(passedOver));
  }

  /** Renders conversations to text. */
  private CorpusRow plain(CorpusRow row, String place) throws IOException {
    return switch (row) {
      case CorpusRow.Chat chat -> new CorpusRow.Text(chats.document(chat, place));
      case CorpusRow.Text text -> text;
      case CorpusRow.Tokens tokens -> tokens;
    };
  }

  private static DocumentKey key(CorpusRow plain) {
    return switch (plain) {
      case CorpusRow.Text(Document document) -> DocumentKey.of(document.text());
      case CorpusRow.Tokens(TokenSequence sequence) -> DocumentKey.of(sequence.ids());
      case CorpusRow.Chat _ -> throw new IllegalArgumentException("chats are texts by now");
    };
  }

  private static CorpusSplit split(CorpusRow plain) {
    return switch (plain) {
      case CorpusRow.Text(Document document) -> CorpusSplit.of(document.text());
      case CorpusRow.Tokens(TokenSequence sequence) -> CorpusSplit.of(sequence.ids());
      case CorpusRow.Chat _ -> throw new IllegalArgumentException("chats are texts by now");
    };
  }

  /**
   * Empty if the tokenizer returns no tokens. A rendered conversation has all its special tokens.
   */
  private Optional<TokenSequence> tokens(CorpusRow row, CorpusRow plain, String place)
      throws IOException {
    Optional<TokenSequence> tokens =
        switch (plain) {
          case CorpusRow.Text(Document document) ->
              row instanceof CorpusRow.Chat
                  ? tokenizer.encode(document)
                  : tokenizer.encodeClosed(document);
          case CorpusRow.Tokens(TokenSequence sequence) -> Optional.of(sequence);
          case CorpusRow.Chat _ -> throw new IllegalArgumentException("chats are texts by now");
        };
    if (tokens.isPresent()) {
      requireKnown(tokens.get(), place);
    }
    return tokens;
  }

  private void requireKnown(TokenSequence sequence, String place) throws InvalidInputException {
    for (int position = 0; position < sequence.length(); position++) {
      if (sequence.id(position) >= vocabularySize) {
        throw new InvalidInputException(
            "%s: token %d has id %d; the model's vocabulary ends at %d"
                .formatted(place, position, sequence.id(position), vocabularySize - 1));
      }
    }
  }
}
