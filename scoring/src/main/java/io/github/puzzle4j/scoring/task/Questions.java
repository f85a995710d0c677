package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Questions of tasks in the tokens of a model, each of which fits into its context. */
public final class Questions {

  /**
   * A prompt and one of its choices.
   *
   * @param question index of the question among those of multiple choice
   * @param index of the choice
   * @param tokens of both
   * @param from where those of the choice begin, at least 1
   */
  record Choice(int question, int index, TokenSequence tokens, int from) {}

  /**
   * A prompt whose answer the model writes.
   *
   * @param tokens at least one
   */
  record Prompt(TaskRow.ExactMatch row, TokenSequence tokens) {}

  private final TextTokenizer tokenizer;
  private final int longest;
  private final List<TaskRow> rows;
  private final List<TaskRow.MultipleChoice> choosing = new ArrayList<>();
  private final List<Choice> choices = new ArrayList<>();
  private final List<Prompt> prompts = new ArrayList<>();

  private Questions(List<TaskRow> rows, TextTokenizer tokenizer, int longest) {
    this.rows = List.copyOf(rows);
    this.tokenizer = tokenizer;
    this.longest = longest;
  }

  /**
   * Encodes questions.
   *
   * @param longest tokens of a sequence that the model supports
   * @throws InvalidInputException if a question is too long, or has no tokens; the message names
   *     file and line
   */
  public static Questions encode(List<TaskRow> rows, TextTokenizer tokenizer, int longest)
      throws InvalidInputException {
    Questions questions = new Questions(rows, tokenizer, longest);
    for (TaskRow row : rows) {
      switch (row) {
        case TaskRow.MultipleChoice choice -> questions.add(choice);
        case TaskRow.ExactMatch text -> questions.add(text);
      }
    }
    return questions;
  }

  /** All of them, in their order. */
  List<TaskRow> rows() {
    return rows;
  }

  /** Those of multiple choice. */
  List<TaskRow.MultipleChoice> choosing() {
    return choosing;
  }

  /** The choices of those. */
  List<Choice> choices() {
    return choices;
  }

  /** Those whose answers are written. */
  List<Prompt> prompts() {
    return prompts;
  }

  /**
   * What was written behind a prompt.
   *
   * @param ids the prompt's and what was written
   */
  String answer(Prompt prompt, int[] ids) {
    int from = prompt.tokens().length();
    return from == ids.length ? "" : tokenizer.decode(Arrays.copyOfRange(ids, from, ids.length));
  }

  /** Tokens of a sequence that the model supports. */
  int longest() {
    return longest;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Choices and answers: what progress is counted in. */
  public int texts() {
    return choices.size() + prompts.size();
  }

  /** SHA-256 of the questions, their right answers and their tokens, in hexadecimal digits. */
  public String digest() {
    List<Object> all = new ArrayList<>();
    for (TaskRow row : rows) {
      all.add(
          switch (row) {
            case TaskRow.MultipleChoice choice ->
                List.of(choice.task(), choice.prompt(), choice.choices(), choice.answer());
            case TaskRow.ExactMatch text ->
                List.of(
                    text.task(), text.prompt(), text.references(), text.stops(), text.mostTokens());
          });
    }
    choices.forEach(choice -> all.add(choice.tokens().ids()));
    prompts.forEach(prompt -> all.add(prompt.tokens().ids()));
    byte[] json = Json.mapper().writeValueAsString(all).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Digests.sha256().digest(json));
  }

  /** Prompt and choice are encoded together; the choice's tokens are those behind the prompt's. */
  private void add(TaskRow.MultipleChoice row) throws InvalidInputException {
    String prompt = row.prompt().stripTrailing();
    int before = tokenizer.beginOfText().isPresent() ? 1 : 0;
    int from = before + tokenizer.encode(prompt).length();
    for (int i = 0; i < row.choices().size(); i++) {
      String choice = row.choices().get(i);
      boolean apart =
          row.prompt().length() > prompt.length()
              || prompt.isEmpty()
              || choice.isEmpty()
              || Character.isWhitespace(choice.charAt(0));
      int[] ids = withBegin(row.prompt() + (apart ? "" : " ") + choice);
      if (from == 0 || from >= ids.length) {
        throw new InvalidInputException(
            "%s: %s has no token"
                .formatted(row.place(), from == 0 ? "the prompt" : "choice %d".formatted(i)));
      }
      requireFits(row, ids.length);
      choices.add(new Choice(choosing.size(), i, sequence(row, ids), from));
    }
    choosing.add(row);
  }

  private void add(TaskRow.ExactMatch row) throws InvalidInputException {
    int[] ids = withBegin(row.prompt());
    if (ids.length == 0) {
      throw new InvalidInputException("%s: the prompt has no token".formatted(row.place()));
    }
    requireFits(row, ids.length + 1);
    prompts.add(new Prompt(row, sequence(row, ids)));
  }

  private static TokenSequence sequence(TaskRow row, int[] ids) {
    return TokenSequence.of(ids, row.task(), List.of());
  }

  private int[] withBegin(String text) {
    int[] ids = tokenizer.encode(text).ids();
    OptionalInt begin = tokenizer.beginOfText();
    return begin.isEmpty()
        ? ids
        : IntStream.concat(IntStream.of(begin.getAsInt()), Arrays.stream(ids)).toArray();
  }

  private void requireFits(TaskRow row, int tokens) throws InvalidInputException {
    if (tokens > longest) {
      throw new InvalidInputException(
          "%s: %d tokens; the model supports at most %d".formatted(row.place(), tokens, longest));
    }
  }
}
