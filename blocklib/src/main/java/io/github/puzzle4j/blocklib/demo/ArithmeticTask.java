package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.random.RandomGenerator;

/**
 * Sums, differences and, above a difficulty of {@value #PRODUCTS_FROM}, products of digits: {@code
 * 7+5=12;9-4=5;}. Tests facts that a model stores in its weights.
 */
final class ArithmeticTask implements CorpusTask {

  private static final int EQUATIONS = 6;
  private static final double PRODUCTS_FROM = 0.3;

  @Override
  public String name() {
    return "arithmetic";
  }

  @Override
  public Document sample(RandomGenerator random, double difficulty) {
    DocumentWriter writer = new DocumentWriter(name());
    for (int equation = 0; equation < EQUATIONS; equation++) {
      int left = random.nextInt(10);
      int right = random.nextInt(10);
      int operations = difficulty > PRODUCTS_FROM ? 3 : 2;
      switch (random.nextInt(operations)) {
        case 0 -> write(writer, left, "+", right, left + right);
        case 1 -> {
          int larger = Math.max(left, right);
          int smaller = Math.min(left, right);
          write(writer, larger, "-", smaller, larger - smaller);
        }
        default -> write(writer, left, "*", right, left * right);
      }
    }
    return writer.document();
  }

  private static void write(DocumentWriter writer, int left, String sign, int right, int result) {
    writer.mark(left + sign + right + "=").answerMark(Integer.toString(result)).mark(";");
  }
}
