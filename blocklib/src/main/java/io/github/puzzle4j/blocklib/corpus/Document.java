package io.github.puzzle4j.blocklib.corpus;

import java.util.List;

/**
 * A text with marked answers.
 *
 * @param text the whole text
 * @param task label under which accuracies are reported
 * @param answers ranges of {@code char}s that can be inferred from the text before them; ascending,
 *     not overlapping
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
