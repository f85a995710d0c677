package io.github.puzzle4j.blocklib.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The vocabulary of the synthetic corpus; small enough for every word to become one token. */
final class Lexicon {

  /**
   * A person in a story.
   *
   * @param name given name
   * @param pronoun capitalised, for the start of a sentence
   */
  record Person(String name, String pronoun) {}

  static final List<String> COLOURS =
      split("red blue green pink gray gold black white brown purple orange silver amber teal");

  static final List<String> THINGS =
      split(
          "dog cat bird fish tree rock lake moon star sun boat lamp door book cup hat coin leaf"
              + " frog bear wolf duck drum bell cake milk rice corn sand wind rain snow");

  static final List<String> PLACES = split("park garden forest beach school market farm river");

  static final List<String> VERBS = split("saw found took liked wanted carried");

  static final List<String> QUALITIES = split("small big old new soft shiny warm cold");

  static final List<String> MOODS = split("happy sad tired proud hungry");

  static final List<Person> CAST =
      List.of(
          new Person("Tom", "He"),
          new Person("Sam", "He"),
          new Person("Ben", "He"),
          new Person("Max", "He"),
          new Person("Leo", "He"),
          new Person("Anna", "She"),
          new Person("Lily", "She"),
          new Person("Mia", "She"),
          new Person("Eva", "She"),
          new Person("Rose", "She"));

  private Lexicon() {}

  static <T> T pick(List<T> from, RandomGenerator random) {
    return from.get(random.nextInt(from.size()));
  }

  /** Draws {@code count} distinct elements in random order. */
  static <T> List<T> draw(List<T> from, int count, RandomGenerator random) {
    List<T> rest = new ArrayList<>(from);
    List<T> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      drawn.add(rest.remove(random.nextInt(rest.size())));
    }
    return drawn;
  }

  /**
   * A random number of at least {@code least}; the maximum grows linearly with difficulty from
   * {@code easiest} to {@code hardest}.
   */
  static int count(int least, int easiest, int hardest, double difficulty, RandomGenerator random) {
    int most = easiest + (int) Math.round((hardest - easiest) * difficulty);
    return random.nextInt(least, most + 1);
  }

  private static List<String> split(String words) {
    return List.of(words.split(" "));
  }
}
