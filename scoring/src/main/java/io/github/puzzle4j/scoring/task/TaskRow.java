package io.github.puzzle4j.scoring.task;

import java.util.List;

/** One question of a task. */
public sealed interface TaskRow {

  /** The task that it belongs to. */
  String task();

  /** What the model is given. */
  String prompt();

  /** File and line, for messages. */
  String place();

  /**
   * A question whose answer is the likeliest of several texts.
   *
   * @param choices at least two
   * @param answer index of the right one
   */
  record MultipleChoice(String task, String prompt, List<String> choices, int answer, String place)
      implements TaskRow {

    public MultipleChoice {
      choices = List.copyOf(choices);
      if (choices.size() < 2 || answer < 0 || answer >= choices.size()) {
        throw new IllegalArgumentException("choice %d of %s".formatted(answer, choices));
      }
    }
  }

  /**
   * A question whose answer the model writes.
   *
   * @param references texts of which each is right, without blanks at their ends
   * @param stops texts that end the answer and are no part of it
   * @param mostTokens after which the answer ends in any case
   */
  record ExactMatch(
      String task,
      String prompt,
      List<String> references,
      List<String> stops,
      int mostTokens,
      String place)
      implements TaskRow {

    public ExactMatch {
      references = references.stream().map(String::strip).distinct().toList();
      stops = List.copyOf(stops);
      if (references.isEmpty() || mostTokens < 1) {
        throw new IllegalArgumentException(
            "references=%s, mostTokens=%d".formatted(references, mostTokens));
      }
    }

    /** The part of a generated text that is the answer. */
    String answer(String generated) {
      int end = generated.length();
      for (String stop : stops) {
        int at = generated.indexOf(stop);
        end = at < 0 ? end : Math.min(end, at);
      }
      return generated.substring(0, end).strip();
    }

    /** Whether a generated text goes on behind the answer. */
    boolean isEnded(String generated) {
      return stops.stream().anyMatch(generated::contains);
    }
  }
}
