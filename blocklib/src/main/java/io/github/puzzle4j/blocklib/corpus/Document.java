package io.github.puzzle4j.blocklib.corpus;

import java.util.List;

/**
 * One text and what of it can be known from the rest.
 *
 * @param text the whole text
 * @param task what it exercises; accuracies are reported by it
 * @param answers ranges of {@code char}s that follow from the text before them, in order, apart
 */
public record Document(String text, String task, List<Span> answers) {

  public Document {
    answers = List.copyOf(answers);
    requireOrdered(answers, text.length());
  }

  static void requireOrdered(List<Span> answers, int length) {
    int from = 0;
    for (Span answer : answers) {
      if (answer.start() < from || answer.end() > length) {
        throw new IllegalArgumentException(
            "answer [%d, %d) must lie in [%d, %d): answers are ordered and do not overlap"
                .formatted(answer.start(), answer.end(), from, length));
      }
      from = answer.end();
    }
  }
}
