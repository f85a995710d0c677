package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * Closing brackets in the right order: {@code close ( [ ] < : > ) .}. The answer, after the colon,
 * closes the brackets that are still open; the model has to keep them as a stack.
 */
final class BracketTask implements CorpusTask {

  private static final String OPENING = "([{<";
  private static final String CLOSING = ")]}>";
  private static final int EASIEST_STEPS = 4;
  private static final int MAX_STEPS = 10;
  private static final int EASIEST_DEPTH = 2;
  private static final int MAX_DEPTH = 5;
  private static final double CLOSE_EARLY = 0.35;

  @Override
  public String name() {
    return "brackets";
  }

  @Override
  public Document sample(RandomGenerator random, double difficulty) {
    int steps = Lexicon.count(2, EASIEST_STEPS, MAX_STEPS, difficulty, random);
    int deepest = EASIEST_DEPTH + (int) Math.round((MAX_DEPTH - EASIEST_DEPTH) * difficulty);
    DocumentWriter writer = new DocumentWriter(name()).words("close");
    Deque<Integer> open = new ArrayDeque<>();
    for (int step = 0; step < steps; step++) {
      if (!open.isEmpty() && (open.size() == deepest || random.nextDouble() < CLOSE_EARLY)) {
        writer.words(bracket(CLOSING, open.pop()));
      } else {
        int kind = random.nextInt(OPENING.length());
        open.push(kind);
        writer.words(bracket(OPENING, kind));
      }
    }
    writer.words(":");
    while (!open.isEmpty()) {
      writer.answer(bracket(CLOSING, open.pop()));
    }
    return writer.answer(".").document();
  }

  private static String bracket(String kinds, int kind) {
    return kinds.substring(kind, kind + 1);
  }
}
