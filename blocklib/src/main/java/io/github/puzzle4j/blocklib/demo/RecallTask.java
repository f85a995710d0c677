package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Key-value recall: {@code map red bird blue tree ? blue tree ? red bird ...}. All pairs are
 * queried in random order, in rounds, until the number of questions is reached. Answering needs
 * exact attention over the pairs.
 */
final class RecallTask implements CorpusTask {

  private static final int MIN_PAIRS = 2;
  private static final int MAX_PAIRS = 6;
  private static final int QUESTIONS = 12;

  @Override
  public String name() {
    return "recall";
  }

  @Override
  public Document sample(RandomGenerator random, double difficulty) {
    int pairs = Lexicon.count(MIN_PAIRS, MIN_PAIRS, MAX_PAIRS, difficulty, random);
    List<String> keys = Lexicon.draw(Lexicon.COLOURS, pairs, random);
    List<String> values = Lexicon.draw(Lexicon.THINGS, pairs, random);
    DocumentWriter writer = new DocumentWriter(name()).words("map");
    for (int pair = 0; pair < pairs; pair++) {
      writer.words(keys.get(pair), values.get(pair));
    }
    List<Integer> order = List.of();
    for (int question = 0; question < QUESTIONS; question++) {
      if (question % pairs == 0) {
        order = Lexicon.draw(IntStream.range(0, pairs).boxed().toList(), pairs, random);
      }
      int pair = order.get(question % pairs);
      writer.words("?", keys.get(pair)).answer(values.get(pair));
    }
    return writer.document();
  }
}
