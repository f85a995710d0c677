package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import io.github.puzzle4j.blocklib.corpus.tokens.ChatTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of files as the model sees them. A row with {@code text} starts with the tokenizer's
 * begin token, if it adds one, as in Hugging Face's tokenizers; a row with {@code messages} is
 * rendered by the model's chat template; a row with {@code input_ids} is used unchanged.
 */
final class EvalRows implements AutoCloseable {

  private final Path folder;
  private final int vocabularySize;
  private final int longest;
  private final ChatTexts chats;
  private @Nullable TextTokenizer tokenizer;

  /**
   * @param folder of the model, whose tokenizer is opened when the first text needs it
   * @param longest tokens that a row may have
   */
  EvalRows(Path folder, int vocabularySize, int longest) {
    this.folder = folder;
    this.vocabularySize = vocabularySize;
    this.longest = longest;
    chats = new ChatTexts(folder);
  }

  /**
   * All rows, in order.
   *
   * @param data for messages
   * @throws InvalidInputException if a row cannot be evaluated, naming file and line or row, or if
   *     there is nothing to predict
   */
  List<TokenSequence> read(Path data, CorpusFiles files) throws IOException {
    List<TokenSequence> rows = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(files.files())) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        TokenSequence tokens = tokens(row.get(), reader.place());
        requireFits(tokens, reader.place());
        rows.add(tokens);
      }
    }
    if (rows.stream().noneMatch(row -> row.length() > 1)) {
      throw new InvalidInputException(
          "%s: nothing to predict; expected at least one row of two tokens or more"
              .formatted(data));
    }
    return rows;
  }

  private TokenSequence tokens(CorpusRow row, String place) throws IOException {
    return switch (row) {
      case CorpusRow.Tokens(TokenSequence sequence) -> sequence;
      case CorpusRow.Text(var document) -> tokenizer(place).encodeWithBegin(document);
      case CorpusRow.Chat chat -> tokenizer(place).encode(chats.document(chat, place));
    };
  }

  private TextTokenizer tokenizer(String place) throws IOException {
    if (tokenizer == null) {
      if (!Files.exists(folder.resolve(TextTokenizer.FILE_NAME))) {
        throw new InvalidInputException(
            "%s: holds text, but %s has no %s; give input_ids"
                .formatted(place, folder, TextTokenizer.FILE_NAME));
      }
      tokenizer = TextTokenizer.open(folder);
    }
    return tokenizer;
  }

  private void requireFits(TokenSequence row, String place) throws InvalidInputException {
    if (row.length() > longest) {
      throw new InvalidInputException(
          "%s: %d tokens; the model supports at most %d: split the row"
              .formatted(place, row.length(), longest));
    }
    for (int position = 0; position < row.length(); position++) {
      if (row.id(position) >= vocabularySize) {
        throw new InvalidInputException(
            "%s: token %d has id %d; the model's vocabulary ends at %d"
                .formatted(place, position, row.id(position), vocabularySize - 1));
      }
    }
  }

  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
