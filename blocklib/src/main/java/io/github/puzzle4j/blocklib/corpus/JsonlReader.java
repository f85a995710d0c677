package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a JSON Lines corpus row by row: {@code {"text": ".."}} or {@code {"input_ids": [..]}}, each
 * with optional {@code "task": ".."} and {@code "answers": [[start, end], ..]}. Other keys and
 * blank lines are passed over, since corpora carry ids and sources of their own; a row without text
 * is an error that names file and line.
 */
public final class JsonlReader implements AutoCloseable {

  /** The task of rows that name none. */
  public static final String DEFAULT_TASK = "text";

  static final String TEXT = "text";
  static final String INPUT_IDS = "input_ids";
  static final String TASK = "task";
  static final String ANSWERS = "answers";

  private final Path file;
  private final BufferedReader lines;
  private long line;

  private JsonlReader(Path file, BufferedReader lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens a file in UTF-8.
   *
   * @throws InvalidInputException if there is no such file
   */
  public static JsonlReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "%s: is a folder; expected a JSON Lines file".formatted(file));
    }
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return new JsonlReader(
          file, new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder)));
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException("%s: no such file".formatted(file), missing);
    }
  }

  /**
   * The next row, or none at the end of the file.
   *
   * @throws InvalidInputException if the next line is not such a row
   */
  public Optional<CorpusRow> next() throws IOException {
    String text = readLine();
    while (text != null && text.isBlank()) {
      text = readLine();
    }
    if (text == null) {
      return Optional.empty();
    }
    JsonNode row = Json.parse(place(), text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    return Optional.of(row(row));
  }

  /** File and number of the line that was read last, as messages name it. */
  public String place() {
    return "%s:%d".formatted(file, line);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private @Nullable String readLine() throws IOException {
    line++;
    try {
      return lines.readLine();
    } catch (CharacterCodingException failure) {
      throw new InvalidInputException(
          "%s: not UTF-8 in or soon after this line".formatted(place()), failure);
    }
  }

  private CorpusRow row(JsonNode row) throws InvalidInputException {
    if (!row.isObject()) {
      throw wrong("is not a JSON object");
    }
    if (row.has(TEXT) == row.has(INPUT_IDS)) {
      throw wrong(
          "expected either \"text\" or \"input_ids\"; its keys are %s"
              .formatted(row.propertyNames()));
    }
    String task = row.has(TASK) ? string(row, TASK) : DEFAULT_TASK;
    List<Span> answers = answers(row.path(ANSWERS));
    if (row.has(TEXT)) {
      String text = string(row, TEXT);
      // JSON can escape halves of characters, which no tokenizer can read.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw wrong("the text holds half of a surrogate pair");
      }
      requireInside(answers, text.length());
      return new CorpusRow.Text(new Document(text, task, answers));
    }
    int[] ids = ids(row.path(INPUT_IDS));
    requireInside(answers, ids.length);
    return new CorpusRow.Tokens(TokenSequence.of(ids, task, answers));
  }

  private String string(JsonNode row, String key) throws InvalidInputException {
    JsonNode node = row.path(key);
    if (!node.isString() || node.stringValue().isEmpty()) {
      throw wrong("\"%s\" must be a string that is not empty".formatted(key));
    }
    return node.stringValue();
  }

  private int[] ids(JsonNode node) throws InvalidInputException {
    if (!node.isArray() || node.isEmpty()) {
      throw wrong("\"input_ids\" must be an array of at least one token id");
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = index(node.path(i), "input_ids[%d]".formatted(i));
    }
    return ids;
  }

  private List<Span> answers(JsonNode node) throws InvalidInputException {
    if (node.isMissingNode()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw wrong("\"answers\" must be an array of [start, end]");
    }
    List<Span> answers = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      String name = "answers[%d]".formatted(i);
      JsonNode pair = node.path(i);
      if (!pair.isArray() || pair.size() != 2) {
        throw wrong("%s must be [start, end]".formatted(name));
      }
      int start = index(pair.path(0), name);
      int end = index(pair.path(1), name);
      if (start >= end) {
        throw wrong("%s is [%d, %d]: its start must be below its end".formatted(name, start, end));
      }
      answers.add(new Span(start, end));
    }
    return answers;
  }

  private int index(JsonNode node, String name) throws InvalidInputException {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw wrong("%s is %s; expected an integer of at least 0".formatted(name, node));
    }
    return node.intValue();
  }

  private void requireInside(List<Span> answers, int length) throws InvalidInputException {
    try {
      Document.requireOrdered(answers, length);
    } catch (IllegalArgumentException failure) {
      throw new InvalidInputException("%s: %s".formatted(place(), failure.getMessage()), failure);
    }
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("%s: %s".formatted(place(), message));
  }
}
