package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads questions from JSON Lines. A row with choices is a {@link TaskRow.MultipleChoice}, one
 * without is a {@link TaskRow.ExactMatch}. Keys that are not read here are ignored, so that files
 * of known benchmarks can be used as they are.
 */
public final class TaskFile {

  private static final List<String> PROMPTS =
      List.of("prompt", "context", "ctx", "question", "query", "goal");

  private static final List<String> CHOICES = List.of("choices", "endings", "options");
  private static final List<String> INDICES = List.of("answer", "label", "gold", "answerKey");

  private static final List<String> REFERENCES =
      List.of("reference", "references", "answer", "answers", "target");

  private static final String LINE = "\n";
  private static final int MOST_TOKENS = 64;
  private static final int TOKENS_LIMIT = 1 << 16;

  private TaskFile() {}

  /**
   * Reads all questions of files.
   *
   * @return in their order; at least one of each file
   * @throws InvalidInputException if a row is no question, naming file and line, or if a file has
   *     none
   */
  public static List<TaskRow> read(List<Path> files) throws IOException {
    List<TaskRow> rows = new ArrayList<>();
    Map<String, Class<?>> kinds = new HashMap<>();
    for (Path file : files) {
      List<TaskRow> own = read(file);
      if (own.isEmpty()) {
        throw new InvalidInputException("%s: holds no question".formatted(file));
      }
      for (TaskRow row : own) {
        Class<?> kind = kinds.putIfAbsent(row.task(), row.getClass());
        if (kind != null && kind != row.getClass()) {
          throw new InvalidInputException(
              "%s: task '%s' has rows with choices and rows without; 'task' can name them apart"
                  .formatted(row.place(), row.task()));
        }
      }
      rows.addAll(own);
    }
    return List.copyOf(rows);
  }

  private static List<TaskRow> read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.jsonl?$", "");
    List<TaskRow> rows = new ArrayList<>();
    int number = 0;
    // Bytes as they are; the parser checks that they are UTF-8.
    try (BufferedReader lines =
        Files.newBufferedReader(InputFile.require(file), StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          byte[] json = line.getBytes(StandardCharsets.ISO_8859_1);
          rows.add(new Row("%s, line %d".formatted(file, number), json).read(name));
        }
      }
    }
    return rows;
  }

  /** One line. */
  private static final class Row {

    private final String place;
    private final JsonNode node;

    Row(String place, byte[] json) throws IOException {
      this.place = place;
      this.node = Json.parse(place, json, JsonNode.class);
      if (!node.isObject()) {
        throw mistake("is not a JSON object");
      }
    }

    TaskRow read(String file) throws InvalidInputException {
      JsonNode task = node.get("task");
      String name = task == null ? file : string("task", task);
      String promptKey = key(PROMPTS).orElseThrow(() -> lacks("prompt", PROMPTS));
      String prompt = string(promptKey, node.get(promptKey));
      Optional<String> choices = key(CHOICES);
      if (choices.isPresent() || node.has("sol1")) {
        return choice(name, prompt, choices);
      }
      String key = key(REFERENCES).orElseThrow(() -> lacks("reference", REFERENCES));
      int most = node.has("max_tokens") ? tokens(node.get("max_tokens")) : MOST_TOKENS;
      return new TaskRow.ExactMatch(
          name,
          prompt,
          strings(key, node.get(key)),
          node.has("stop") ? strings("stop", node.get("stop")) : List.of(LINE),
          most,
          place);
    }

    private TaskRow choice(String name, String prompt, Optional<String> key)
        throws InvalidInputException {
      List<String> texts;
      List<String> labels = List.of();
      if (key.isEmpty()) {
        texts = List.of(string("sol1", node.path("sol1")), string("sol2", node.path("sol2")));
      } else {
        JsonNode choices = node.get(key.get());
        if (choices.isObject()) {
          texts = strings(key.get() + ".text", choices.path("text"));
          labels = strings(key.get() + ".label", choices.path("label"));
        } else {
          texts = strings(key.get(), choices);
        }
      }
      if (texts.size() < 2 || (!labels.isEmpty() && labels.size() != texts.size())) {
        throw mistake(
            "has %d choices and %d labels of them; at least two choices are needed"
                .formatted(texts.size(), labels.size()));
      }
      String right = key(INDICES).orElseThrow(() -> lacks("right answer", INDICES));
      return new TaskRow.MultipleChoice(
          name, prompt, texts, answer(right, node.get(right), texts, labels), place);
    }

    /** By label, by the text of the choice, by letter, or by its number counted from 0. */
    private int answer(String key, JsonNode value, List<String> texts, List<String> labels)
        throws InvalidInputException {
      String text = value.isInt() ? String.valueOf(value.intValue()) : string(key, value).strip();
      int index = labels.indexOf(text);
      if (index < 0 && value.isString()) {
        index = texts.indexOf(text);
      }
      if (index < 0 && text.matches("[A-Z]")) {
        index = text.charAt(0) - 'A';
      }
      if (index < 0 && labels.isEmpty() && text.matches("\\d{1,4}")) {
        index = Integer.parseInt(text);
      }
      if (index < 0 || index >= texts.size()) {
        throw mistake(
            "'%s' is %s, which is none of its %d choices (number from 0, letter, label or text)"
                .formatted(key, value, texts.size()));
      }
      return index;
    }

    private Optional<String> key(List<String> keys) {
      return keys.stream().filter(key -> node.hasNonNull(key)).findFirst();
    }

    private List<String> strings(String key, JsonNode value) throws InvalidInputException {
      List<String> strings = new ArrayList<>();
      for (JsonNode one : value.isArray() ? value : List.of(value)) {
        strings.add(string(key, one));
      }
      if (strings.isEmpty()) {
        throw mistake("'%s' is empty".formatted(key));
      }
      return strings;
    }

    private String string(String key, JsonNode value) throws InvalidInputException {
      if (!value.isString()) {
        throw mistake("'%s' must be text, not %s".formatted(key, value));
      }
      return value.stringValue();
    }

    private int tokens(JsonNode value) throws InvalidInputException {
      if (!value.isInt() || value.intValue() < 1 || value.intValue() > TOKENS_LIMIT) {
        throw mistake("'max_tokens' must be from 1 to %d, not %s".formatted(TOKENS_LIMIT, value));
      }
      return value.intValue();
    }

    private InvalidInputException lacks(String what, List<String> keys) {
      return mistake("has no %s, which is one of %s".formatted(what, String.join(", ", keys)));
    }

    private InvalidInputException mistake(String problem) {
      return new InvalidInputException("%s: %s".formatted(place, problem));
    }
  }
}
