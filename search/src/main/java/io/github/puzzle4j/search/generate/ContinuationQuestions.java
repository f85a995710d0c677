package io.github.puzzle4j.search.generate;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Multiple choice made of text: which of several passages follows a prompt. The others are from
 * other rows of the same text, so that a model has to follow what the prompt is about.
 *
 * @param count of questions
 * @param choices of each
 * @param promptWords words of a prompt
 * @param answerWords words of a choice
 * @param seed of all draws
 */
public record ContinuationQuestions(
    int count, int choices, int promptWords, int answerWords, long seed) {

  private static final Pattern WORD = Pattern.compile("\\S+");

  /** Rows that are kept of a long text, drawn from all of it. */
  private static final int MOST_ROWS = 20_000;

  private static final int MOST_TRIES = 100;

  public ContinuationQuestions {
    if (count < 1 || choices < 2 || promptWords < 1 || answerWords < 1) {
      throw new IllegalArgumentException(
          "%d questions of %d choices, %d and %d words"
              .formatted(count, choices, promptWords, answerWords));
    }
  }

  /** Four choices of 12 words behind 48. */
  public static ContinuationQuestions usual(int count) {
    return new ContinuationQuestions(count, 4, 48, 12, 1);
  }

  /**
   * Makes the questions and writes them, as JSON Lines for {@code eval --tasks}.
   *
   * @param data file or folder with rows of text; rows that are too short are passed over
   * @param out replaced if it is there
   * @throws InvalidInputException if the text has too few rows that are long enough
   */
  public void write(Path data, Path out) throws IOException {
    String lines = of(data).stream().map(row -> row + "\n").collect(Collectors.joining());
    AtomicFile.writeString(out, lines);
  }

  /** Rows with {@code prompt}, {@code choices} and {@code answer}. */
  private List<ObjectNode> of(Path data) throws IOException {
    Random random = new Random(seed);
    List<String> rows = rows(data, random);
    if (rows.size() < choices) {
      throw new InvalidInputException(
          "%s: %d rows of at least %d words, and questions of %d choices need as many"
              .formatted(data, rows.size(), promptWords + answerWords, choices));
    }
    Collections.shuffle(rows, random);
    List<ObjectNode> questions = new ArrayList<>();
    Set<String> prompts = new HashSet<>();
    while (questions.size() < count) {
      Optional<ObjectNode> question = Optional.empty();
      for (int tried = 0; question.isEmpty() && tried < MOST_TRIES; tried++) {
        int row = (questions.size() + tried) % rows.size();
        question =
            question(rows, row, random)
                .filter(made -> prompts.add(made.get("prompt").stringValue()));
      }
      questions.add(
          question.orElseThrow(() ->
              new InvalidInputException(
                  "%s: text for %d different questions, not for %d"
                      .formatted(data, questions.size(), count))));
    }
    return questions;
  }

  /** Of all rows that are long enough, each equally likely (Vitter's algorithm R). */
  private List<String> rows(Path data, Random random) throws IOException {
    List<String> rows = new ArrayList<>();
    long seen = 0;
    try (CorpusReader reader = CorpusReader.of(CorpusFiles.find(data).files())) {
      for (Optional<CorpusRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        if (row.get() instanceof CorpusRow.Text text
            && WORD.matcher(text.document().text()).results().count()
                >= promptWords + answerWords) {
          seen++;
          if (rows.size() < MOST_ROWS) {
            rows.add(text.document().text());
          } else {
            long place = random.nextLong(seen);
            if (place < MOST_ROWS) {
              rows.set((int) place, text.document().text());
            }
          }
        }
      }
    }
    return rows;
  }

  /** Empty if two choices are the same. */
  private Optional<ObjectNode> question(List<String> rows, int row, Random random) {
    String text = rows.get(row);
    List<MatchResult> words = words(text);
    int first = random.nextInt(words.size() - promptWords - answerWords + 1);
    List<String> options = new ArrayList<>();
    options.add(passage(text, words, first + promptWords, answerWords));
    for (int other : others(rows.size(), row, random)) {
      List<MatchResult> otherWords = words(rows.get(other));
      int from = random.nextInt(otherWords.size() - answerWords + 1);
      options.add(passage(rows.get(other), otherWords, from, answerWords));
    }
    String right = options.getFirst();
    Collections.shuffle(options, random);
    if (new HashSet<>(options).size() < options.size()) {
      return Optional.empty();
    }
    ObjectNode question = Json.mapper().createObjectNode();
    question.put("prompt", passage(text, words, first, promptWords));
    ArrayNode array = question.putArray("choices");
    options.forEach(array::add);
    question.put("answer", options.indexOf(right));
    return Optional.of(question);
  }

  private Set<Integer> others(int rows, int row, Random random) {
    Set<Integer> others = new HashSet<>();
    while (others.size() < choices - 1) {
      int other = random.nextInt(rows);
      if (other != row) {
        others.add(other);
      }
    }
    return others;
  }

  private static List<MatchResult> words(String text) {
    return WORD.matcher(text).results().toList();
  }

  /** As it is written, with the line breaks between its words. */
  private static String passage(String text, List<MatchResult> words, int first, int count) {
    return text.substring(words.get(first).start(), words.get(first + count - 1).end());
  }
}
