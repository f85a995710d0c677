package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Copying: {@code copy cat dog sun : cat dog sun : cat dog sun}. Repeated random lists make
 * attention heads learn early to look up the last occurrence of a word.
 */
final class CopyTask implements CorpusTask {

  private static final int MIN_WORDS = 2;
  private static final int EASIEST_WORDS = 3;
  private static final int MAX_WORDS = 10;
  private static final int COPIES = 2;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public Document sample(RandomGenerator random, double difficulty) {
    int count = Lexicon.count(MIN_WORDS, EASIEST_WORDS, MAX_WORDS, difficulty, random);
    List<String> words = new ArrayList<>(count);
    int choices = Lexicon.THINGS.size() + Lexicon.COLOURS.size();
    for (int i = 0; i < count; i++) {
      int choice = random.nextInt(choices);
      words.add(
          choice < Lexicon.THINGS.size()
              ? Lexicon.THINGS.get(choice)
              : Lexicon.COLOURS.get(choice - Lexicon.THINGS.size()));
    }
    DocumentWriter writer = new DocumentWriter(name()).words("copy");
    words.forEach(writer::words);
    for (int copy = 0; copy < COPIES; copy++) {
      writer.words(":");
      words.forEach(writer::answer);
    }
    return writer.document();
  }
}
