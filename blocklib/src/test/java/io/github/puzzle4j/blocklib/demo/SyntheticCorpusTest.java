package io.github.puzzle4j.blocklib.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticCorpusTest {

  private static final int DOCUMENTS = 2000;

  @ParameterizedTest
  @EnumSource(CorpusSplit.class)
  void theSameSeedGivesTheSameDocuments(CorpusSplit split) {
    assertThat(draw(7, split, 300))
        .isEqualTo(draw(7, split, 300))
        .isNotEqualTo(draw(8, split, 300));
  }

  /** Pins the corpus, since checkpoints trained on it record only mix and seed. */
  @Test
  void theFirstDocumentsAreUnchanged() {
    assertThat(draw(1, CorpusSplit.TRAIN, 4).subList(0, 2))
        .extracting(Document::text)
        .containsExactly(
            "Ben went to the beach. He liked a shiny cake. Sam came from the park. Ben gave Sam the"
                + " cake. He was tired. Who has the cake? Sam. Who was at the beach? Ben.",
            "map green rain gray milk gold tree ? green rain ? gold tree ? gray milk ? gold tree ?"
                + " green rain ? gray milk ? green rain ? gold tree ? gray milk ? gold tree ? green"
                + " rain ? gray milk");
  }

  @Test
  void splitsWithDifferentSeedsShareNoText() {
    Map<CorpusSplit, Set<String>> texts = new HashMap<>();
    for (CorpusSplit split : CorpusSplit.values()) {
      Set<String> seen = new HashSet<>();
      for (long seed = 0; seed < 3; seed++) {
        draw(seed, split, DOCUMENTS).forEach(document -> seen.add(document.text()));
      }
      assertThat(seen).allMatch(text -> CorpusSplit.of(text) == split);
      texts.put(split, seen);
    }
    assertThat(texts.get(CorpusSplit.TRAIN))
        .doesNotContainAnyElementsOf(texts.get(CorpusSplit.VALIDATION))
        .doesNotContainAnyElementsOf(texts.get(CorpusSplit.HELD_OUT));
    assertThat(texts.get(CorpusSplit.VALIDATION))
        .doesNotContainAnyElementsOf(texts.get(CorpusSplit.HELD_OUT));
  }

  @Test
  void tasksGetTheirSharesOfTheText() {
    Map<String, Double> characters = new TreeMap<>();
    double total = 0;
    for (Document document : draw(3, CorpusSplit.TRAIN, DOCUMENTS)) {
      characters.merge(document.task(), (double) document.text().length(), Double::sum);
      total += document.text().length();
    }
    List<CorpusMix.Share> shares = CorpusMix.standard().shares();
    double weights = shares.stream().mapToDouble(CorpusMix.Share::weight).sum();
    for (CorpusMix.Share share : shares) {
      assertThat(characters.getOrDefault(share.task().name(), 0.0) / total)
          .as(share.task().name())
          .isCloseTo(share.weight() / weights, withPercentage(10));
    }
  }

  @Test
  void difficultyMakesDocumentsLonger() {
    double easy = meanLength(0);
    assertThat(meanLength(1)).isGreaterThan(1.2 * easy);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void recalledValuesAreTheOnesInTheMap(double difficulty) {
    for (Document document : ofTask("recall", difficulty)) {
      String[] parts = document.text().split(" \\? ", -1);
      String[] pairs = parts[0].split(" ", -1);
      Map<String, String> map = new HashMap<>();
      for (int i = 1; i < pairs.length; i += 2) {
        map.put(pairs[i], pairs[i + 1]);
      }
      List<String> asked = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int i = 1; i < parts.length; i++) {
        String key = parts[i].split(" ", -1)[0];
        asked.add(key);
        expected.add(map.get(key));
      }
      assertThat(asked).containsAll(map.keySet());
      assertThat(answers(document)).isEqualTo(expected);
    }
  }

  @Test
  void everySumIsCorrect() {
    Pattern equation = Pattern.compile("(\\d+)([-+*])(\\d+)=(\\d+);");
    for (Document document : ofTask("arithmetic", 1)) {
      List<String> expected = new ArrayList<>();
      Matcher matcher = equation.matcher(document.text());
      while (matcher.find()) {
        int left = Integer.parseInt(matcher.group(1));
        int right = Integer.parseInt(matcher.group(3));
        int result =
            switch (matcher.group(2)) {
              case "+" -> left + right;
              case "-" -> left - right;
              default -> left * right;
            };
        expected.add(Integer.toString(result));
      }
      assertThat(answers(document)).isEqualTo(expected).hasSize(6);
    }
  }

  @Test
  void everyBracketIsClosedByItsOwnKind() {
    for (Document document : ofTask("brackets", 1)) {
      Deque<Character> open = new ArrayDeque<>();
      for (char character : document.text().toCharArray()) {
        int opening = "([{<".indexOf(character);
        if (opening >= 0) {
          open.push(")]}>".charAt(opening));
        } else if (")]}>".indexOf(character) >= 0) {
          assertThat(character).as(document.text()).isEqualTo(open.pop());
        }
      }
      assertThat(open).as(document.text()).isEmpty();
    }
  }

  @Test
  void copiesRepeatTheList() {
    for (Document document : ofTask("copy", 1)) {
      String[] lists = document.text().substring("copy ".length()).split(" : ", -1);
      assertThat(lists).hasSize(3).containsOnly(lists[0]);
      assertThat(String.join(" ", answers(document))).isEqualTo(lists[0] + " " + lists[0]);
    }
  }

  @Test
  void answersInStoriesAreStatedBefore() {
    for (Document document : ofTask("story", 1)) {
      for (Span answer : document.answers()) {
        String word = document.text().substring(answer.start(), answer.end());
        boolean pronoun = word.equals("He") || word.equals("She");
        assertThat(pronoun || document.text().substring(0, answer.start()).contains(word))
            .as("%s in: %s", word, document.text())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void difficultiesOutOfRangeAreRejected(double difficulty) {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(1).reader(CorpusSplit.TRAIN);
    assertThatThrownBy(() -> reader.next(difficulty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("difficulty=");
  }

  private static List<Document> draw(long seed, CorpusSplit split, int count) {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(seed).reader(split);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(reader.next((double) i / count));
    }
    return documents;
  }

  private static List<Document> ofTask(String task, double difficulty) {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(11).reader(CorpusSplit.HELD_OUT);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      Document document = reader.next(difficulty);
      if (document.task().equals(task)) {
        documents.add(document);
      }
    }
    assertThat(documents).hasSizeGreaterThan(DOCUMENTS / 20);
    return documents;
  }

  private static double meanLength(double difficulty) {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(5).reader(CorpusSplit.TRAIN);
    long length = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      length += reader.next(difficulty).text().length();
    }
    return (double) length / DOCUMENTS;
  }

  private static List<String> answers(Document document) {
    return document.answers().stream()
        .map(answer -> document.text().substring(answer.start(), answer.end()))
        .toList();
  }
}
