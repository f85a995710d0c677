package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Parses a row of a corpus: {@code text}, {@code input_ids} or {@code messages}, with optional
 * {@code task}, {@code answers} and {@code tools}. Other keys are ignored.
 *
 * @param place file and line or row, for error messages
 */
public record RowParser(String place) {

  /** All keys that are read. */
  public static final Set<String> KEYS =
      Set.of("text", "input_ids", "messages", "task", "answers", "tools");

  private static final String DEFAULT_TASK = "text";
  static final String TEXT = "text";
  static final String INPUT_IDS = "input_ids";
  static final String MESSAGES = "messages";
  static final String TASK = "task";
  static final String ANSWERS = "answers";
  static final String TOOLS = "tools";

  private static final List<String> KINDS = List.of(TEXT, INPUT_IDS, MESSAGES);

  /** What the column of this name must hold in a file of columns, for messages. */
  public static String columnType(String key) {
    return switch (key) {
      case TEXT, TASK -> "strings";
      case INPUT_IDS -> "lists of whole numbers";
      case MESSAGES -> "lists of structs";
      default -> "lists";
    };
  }

  /**
   * Parses a JSON object. A key whose value is null counts as absent.
   *
   * @return empty for a row without content: null, {}, or whose text, ids or messages are null or
   *     empty
   * @throws InvalidInputException if it is not a valid row; the message names the place
   */
  public Optional<CorpusRow> row(JsonNode row) throws InvalidInputException {
    if (row.isNull()) {
      return Optional.empty();
    }
    if (!row.isObject()) {
      throw wrong("is not a JSON object");
    }
    List<String> kinds = KINDS.stream().filter(row::hasNonNull).toList();
    if (kinds.isEmpty() && (row.isEmpty() || KINDS.stream().anyMatch(row::has))) {
      return Optional.empty();
    }
    if (kinds.size() != 1) {
      throw wrong(
          "expected either \"text\" or \"input_ids\" or \"messages\"; its keys are %s"
              .formatted(row.propertyNames()));
    }
    String task = row.hasNonNull(TASK) ? string(row, TASK) : DEFAULT_TASK;
    JsonNode content = row.path(kinds.getFirst());
    if (content.isString()
        ? content.stringValue().isEmpty()
        : content.isArray() && content.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (kinds.getFirst()) {
          case TEXT -> text(row, task);
          case INPUT_IDS -> tokens(row, task);
          default -> chat(row, task);
        });
  }

  private CorpusRow text(JsonNode row, String task) throws InvalidInputException {
    String text = string(row, TEXT);
    if (!isWhole(text)) {
      throw wrong("the text contains an unpaired surrogate");
    }
    List<Span> answers = answers(row.path(ANSWERS));
    requireInside(answers, text.length());
    return new CorpusRow.Text(new Document(text, task, answers));
  }

  /** Whether no surrogate is unpaired: JSON can escape one, and tokenizers cannot encode it. */
  public static boolean isWhole(String text) {
    return text.codePoints().noneMatch(code -> code >= 0xd800 && code < 0xe000);
  }

  private CorpusRow tokens(JsonNode row, String task) throws InvalidInputException {
    int[] ids = ids(row.path(INPUT_IDS));
    List<Span> answers = answers(row.path(ANSWERS));
    requireInside(answers, ids.length);
    return new CorpusRow.Tokens(TokenSequence.of(ids, task, answers));
  }

  private CorpusRow chat(JsonNode row, String task) throws InvalidInputException {
    if (row.hasNonNull(ANSWERS)) {
      throw wrong("\"answers\" go with \"text\" or \"input_ids\", not with \"messages\"");
    }
    JsonNode tools = row.path(TOOLS);
    if (!tools.isMissingNode() && !tools.isNull() && !tools.isArray()) {
      throw wrong("\"tools\" must be an array");
    }
    requireLongs(tools, TOOLS);
    return new CorpusRow.Chat(
        new MessageParser(place).messages(row.path(MESSAGES)),
        tools.isMissingNode() ? JsonNodeFactory.instance.nullNode() : tools,
        task);
  }

  /** Rejects integers of more than 64 bits, which chat templates cannot use. */
  void requireLongs(JsonNode node, String name) throws InvalidInputException {
    if (node.isIntegralNumber() && !node.canConvertToLong()) {
      throw wrong("%s: %s has more than 64 bits".formatted(name, node));
    }
    for (JsonNode child : node) {
      requireLongs(child, name);
    }
  }

  private String string(JsonNode row, String key) throws InvalidInputException {
    JsonNode node = row.path(key);
    if (!node.isString() || node.stringValue().isEmpty()) {
      throw wrong("\"%s\" must be a string that is not empty".formatted(key));
    }
    return node.stringValue();
  }

  private int[] ids(JsonNode node) throws InvalidInputException {
    if (!node.isArray()) {
      throw wrong("\"input_ids\" must be an array of token ids");
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = index(node.path(i), "input_ids[%d]".formatted(i));
    }
    return ids;
  }

  private List<Span> answers(JsonNode node) throws InvalidInputException {
    if (node.isMissingNode() || node.isNull()) {
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
      throw new InvalidInputException("%s: %s".formatted(place, failure.getMessage()), failure);
    }
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("%s: %s".formatted(place, message));
  }
}
