package io.github.puzzle4j.search.evaluate;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import io.github.puzzle4j.blocklib.corpus.tokens.ChatTexts;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.scoring.quality.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of files as the model sees them. A row with {@code text} starts and ends with what the
 * tokenizer adds, as in Hugging Face's tokenizers; a row with {@code messages} is rendered by the
 * model's chat template; a row with {@code input_ids} is used unchanged.
 */
public final class EvalRows implements Evaluator.Parts {

  /** Tokens in memory at a time: 64 MiB. */
  private static final long MOST_HELD = 1L << 24;

  /** What a row takes in addition, in tokens. */
  private static final int ROW_OVERHEAD = 64;

  private final CorpusFiles files;
  private final ModelFolder model;
  private final int vocabularySize;
  private final int longest;
  private @Nullable ChatTexts chats;
  private List<TokenSequence> only = List.of();
  private long rows;
  private long tokens;
  private long passedOver;
  private int longestRow;

  /**
   * The rows of files, which are read when they are needed.
   *
   * @param model whose tokenizer is read when the first text needs it
   * @param vocabularySize of the model; ids are below it
   * @param longest tokens that a row may have
   */
  public EvalRows(CorpusFiles files, ModelFolder model, int vocabularySize, int longest) {
    this.files = files;
    this.model = model;
    this.vocabularySize = vocabularySize;
    this.longest = longest;
  }

  /**
   * Reads all rows once.
   *
   * @param data for messages
   * @throws InvalidInputException if a row cannot be evaluated, naming file and line or row, or if
   *     there is nothing to predict
   */
  public void check(Path data) throws IOException {
    forEachPart(part -> {
      rows += part.size();
      tokens += part.stream().mapToLong(TokenSequence::length).sum();
      longestRow = Math.max(longestRow, part.getFirst().length());
      only = rows == part.size() ? part : List.of();
    });
    if (longestRow < 2) {
      throw new InvalidInputException(
          "%s: nothing to predict; expected at least one row of two tokens or more"
              .formatted(data));
    }
  }

  /** Rows in parts that fit memory, the longest first, so that rows of a batch are similar. */
  @Override
  public void forEach(Consumer<List<TokenSequence>> consumer) throws IOException {
    if (only.isEmpty()) {
      forEachPart(consumer);
    } else {
      consumer.accept(only);
    }
  }

  private void forEachPart(Consumer<List<TokenSequence>> consumer) throws IOException {
    List<TokenSequence> part = new ArrayList<>();
    long held = 0;
    passedOver = 0;
    try (CorpusReader reader = CorpusReader.of(files.files())) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        Optional<TokenSequence> found = tokens(row.get(), reader.place());
        if (found.isEmpty()) {
          passedOver++;
          continue;
        }
        requireFits(found.get(), reader.place());
        part.add(found.get());
        held += found.get().length() + ROW_OVERHEAD;
        if (held > MOST_HELD) {
          consumer.accept(longestFirst(part));
          part = new ArrayList<>();
          held = 0;
        }
      }
      passedOver += reader.passedOver();
    }
    if (!part.isEmpty()) {
      consumer.accept(longestFirst(part));
    }
  }

  private static List<TokenSequence> longestFirst(List<TokenSequence> rows) {
    return rows.stream().sorted(Comparator.comparingInt(TokenSequence::length).reversed()).toList();
  }

  /** Tokens of all rows. */
  long tokens() {
    return tokens;
  }

  /** Tokens of the longest row. */
  int longestRow() {
    return longestRow;
  }

  /** What was not read, one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!files.skipped().isEmpty()) {
      warnings.add(
          "%d files are not read, such as %s"
              .formatted(files.skipped().size(), files.skipped().getFirst()));
    }
    if (passedOver > 0) {
      warnings.add("%d empty rows are passed over".formatted(passedOver));
    }
    return warnings;
  }

  /** Empty if the row has no tokens. */
  private Optional<TokenSequence> tokens(CorpusRow row, String place) throws IOException {
    return switch (row) {
      case CorpusRow.Tokens(TokenSequence sequence) -> Optional.of(sequence);
      case CorpusRow.Text(var document) -> tokenizer(place).encodeWhole(document);
      case CorpusRow.Chat chat -> tokenizer(place).encode(chats().document(chat, place));
    };
  }

  private TextTokenizer tokenizer(String place) throws IOException {
    if (!model.hasTokenizer()) {
      throw new InvalidInputException(
          "%s: holds text, but %s has no tokenizer (%s); give input_ids"
              .formatted(place, model.path(), TextTokenizer.FILE_NAME));
    }
    return model.tokenizer();
  }

  private ChatTexts chats() throws IOException {
    if (chats == null) {
      chats = new ChatTexts(model.companionFolder());
    }
    return chats;
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
}
