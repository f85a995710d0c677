package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON Lines files as a whole, and converts them to tokens. */
public final class JsonlCorpus {

  private JsonlCorpus() {}

  /**
   * Reads all rows of a file.
   *
   * @throws InvalidInputException if a line is not a valid row, or there is none; the message names
   *     file and line
   */
  public static List<CorpusRow> read(Path file) throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    try (JsonlReader reader = JsonlReader.open(file)) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return nonEmpty(file, rows);
  }

  /**
   * Reads all rows of a file as tokens, in order.
   *
   * @param tokenizer encodes rows with {@code text}; if empty, such rows are rejected
   * @param vocabularySize of the model; ids must be below it
   * @throws InvalidInputException if a line cannot be used, or there is none; the message names
   *     file and line
   */
  public static List<TokenSequence> readTokens(
      Path file, Optional<TextTokenizer> tokenizer, int vocabularySize) throws IOException {
    List<TokenSequence> sequences = new ArrayList<>();
    try (JsonlReader reader = JsonlReader.open(file)) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        TokenSequence sequence = tokens(row.get(), tokenizer, reader.place());
        requireKnown(sequence, vocabularySize, reader.place());
        sequences.add(sequence);
      }
    }
    return nonEmpty(file, sequences);
  }

  /** Writes rows, one per line, such that {@link #read} returns equal rows. */
  public static void write(Path file, Iterable<CorpusRow> rows) throws IOException {
    AtomicFile.write(
        file,
        stream -> {
          for (CorpusRow row : rows) {
            writeLine(stream, node(row));
          }
        });
  }

  private static <T> List<T> nonEmpty(Path file, List<T> rows) throws InvalidInputException {
    if (rows.isEmpty()) {
      throw new InvalidInputException("%s: holds no rows; expected at least one".formatted(file));
    }
    return List.copyOf(rows);
  }

  private static TokenSequence tokens(
      CorpusRow row, Optional<TextTokenizer> tokenizer, String place) throws InvalidInputException {
    return switch (row) {
      case CorpusRow.Tokens(TokenSequence sequence) -> sequence;
      case CorpusRow.Text(Document document) ->
          tokenizer
              .orElseThrow(() ->
                  new InvalidInputException(
                      "%s: holds text, but the model has no tokenizer.json; give input_ids"
                          .formatted(place)))
              .encode(document);
      case CorpusRow.Chat _ ->
          throw new InvalidInputException(
              "%s: holds messages; expected text or input_ids".formatted(place));
    };
  }

  private static void requireKnown(TokenSequence sequence, int vocabularySize, String place)
      throws InvalidInputException {
    for (int position = 0; position < sequence.length(); position++) {
      if (sequence.id(position) >= vocabularySize) {
        throw new InvalidInputException(
            "%s: token %d has id %d; the model's vocabulary ends at %d"
                .formatted(place, position, sequence.id(position), vocabularySize - 1));
      }
    }
  }

  private static ObjectNode node(CorpusRow row) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (row) {
      case CorpusRow.Text(Document document) -> {
        node.put(RowParser.TEXT, document.text());
        describe(node, document.task(), document.answers());
      }
      case CorpusRow.Tokens(TokenSequence sequence) -> {
        ArrayNode ids = node.putArray(RowParser.INPUT_IDS);
        for (int id : sequence.ids()) {
          ids.add(id);
        }
        describe(node, sequence.segments().getFirst().task(), sequence.answers());
      }
      case CorpusRow.Chat(JsonNode messages, JsonNode tools, String task) -> {
        node.set(RowParser.MESSAGES, messages);
        node.set(RowParser.TOOLS, tools);
        node.put(RowParser.TASK, task);
      }
    }
    return node;
  }

  private static void describe(ObjectNode node, String task, List<Span> answers) {
    node.put(RowParser.TASK, task);
    ArrayNode ranges = node.putArray(RowParser.ANSWERS);
    answers.forEach(answer -> ranges.addArray().add(answer.start()).add(answer.end()));
  }

  private static void writeLine(OutputStream stream, ObjectNode node) throws IOException {
    stream.write(Json.mapper().writeValueAsString(node).getBytes(StandardCharsets.UTF_8));
    stream.write('\n');
  }
}
