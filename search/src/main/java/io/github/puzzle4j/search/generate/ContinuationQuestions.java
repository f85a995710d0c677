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
import java.util.LinkedHashSet;
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
    List<WordsOfRow> rows = rows(data, random);
    Collections.shuffle(rows, random);
    List<ObjectNode> questions = new ArrayList<>();
    Set<String> prompts = new HashSet<>();
    int tries = Math.max(MOST_TRIES, rows.size());
    while (questions.size() < count) {
      Optional<ObjectNode> question = Optional.empty();
      for (int tried = 0; question.isEmpty() && tried < tries; tried++) {
        question =
            question(rows, (questions.size() + tried) % rows.size(), random)
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
  private List<WordsOfRow> rows(Path data, Random random) throws IOException {
    List<WordsOfRow> rows = new ArrayList<>();
    long read = 0;
    long fit = 0;
    try (CorpusReader reader = CorpusReader.of(CorpusFiles.find(data).files())) {
      for (Optional<CorpusRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        read++;
        if (row.get() instanceof CorpusRow.Text text) {
          WordsOfRow words = WordsOfRow.of(text.document().text());
          if (words.count() >= promptWords + answerWords) {
            fit++;
            long place = rows.size() < MOST_ROWS ? rows.size() : random.nextLong(fit);
            if (place == rows.size()) {
              rows.add(words);
            } else if (place < MOST_ROWS) {
              rows.set((int) place, words);
            }
          }
        }
      }
    }
    if (rows.size() < choices) {
      throw new InvalidInputException(
          "%s: %d of %d rows are text of at least %d words, and questions of %d choices need as many"
              .formatted(data, rows.size(), read, promptWords + answerWords, choices));
    }
    return rows;
  }

  /** Empty if two choices are the same. */
  private Optional<ObjectNode> question(List<WordsOfRow> rows, int row, Random random) {
    WordsOfRow words = rows.get(row);
    int first = random.nextInt(words.count() - promptWords - answerWords + 1);
    String right = words.passage(first + promptWords, answerWords);
    List<String> options = new ArrayList<>();
    options.add(right);
    for (int other : others(rows.size(), row, random)) {
      int from = random.nextInt(rows.get(other).count() - answerWords + 1);
      options.add(rows.get(other).passage(from, answerWords));
    }
    Collections.shuffle(options, random);
    if (new HashSet<>(options).size() < options.size()) {
      return Optional.empty();
    }
    ObjectNode question = Json.mapper().createObjectNode();
    question.put("prompt", words.passage(first, promptWords));
    ArrayNode array = question.putArray("choices");
    options.forEach(array::add);
    question.put("answer", options.indexOf(right));
    return Optional.of(question);
  }

  private Set<Integer> others(int rows, int row, Random random) {
    Set<Integer> others = new LinkedHashSet<>();
    while (others.size() < choices - 1) {
      int other = random.nextInt(rows);
      if (other != row) {
        others.add(other);
      }
    }
    return others;
  }

  /** A text and where its words are. */
  private static final class WordsOfRow {

    private final String text;
    private final int[] starts;
    private final int[] ends;

    private WordsOfRow(String text, List<MatchResult> words) {
      this.text = text;
      this.starts = words.stream().mapToInt(MatchResult::start).toArray();
      this.ends = words.stream().mapToInt(MatchResult::end).toArray();
    }

    static WordsOfRow of(String text) {
      return new WordsOfRow(text, WORD.matcher(text).results().toList());
    }

    int count() {
      return starts.length;
    }

    /** As it is written, with the line breaks between its words. */
    String passage(int first, int words) {
      return text.substring(starts[first], ends[first + words - 1]);
    }
  }
}
