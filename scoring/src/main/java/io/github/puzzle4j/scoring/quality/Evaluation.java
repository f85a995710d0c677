package io.github.puzzle4j.scoring.quality;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The quality of a model's predictions of a text.
 *
 * @param loss LM loss, nats per predicted token
 * @param divergence KL from the teacher, nats per predicted token; 0 where no teacher was given
 * @param top1 share of predictions whose likeliest token was right
 * @param top5 share of predictions with the right token among the likeliest five
 * @param top10 among ten
 * @param tasks by name of the task, the answers given
 */
public record Evaluation(
    Score loss,
    Score divergence,
    double top1,
    double top5,
    double top10,
    SequencedMap<String, Answers> tasks) {

  /**
   * Answers of one task. An answer is right if each of its tokens is the likeliest after those
   * before it, as in greedy decoding.
   *
   * @param right answers that are right in full
   * @param asked answers
   */
  public record Answers(long right, long asked) {

    /** Share of right answers. */
    public double accuracy() {
      return asked == 0 ? 0 : (double) right / asked;
    }
  }

  public Evaluation {
    tasks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tasks));
  }

  /** What cannot be: a negative divergence, more right answers than questions. */
  Optional<String> objection() {
    if (!(0 <= top1 && top1 <= top5 && top5 <= top10 && top10 <= 1)) {
      return Optional.of("top-k accuracies %s, %s, %s".formatted(top1, top5, top10));
    }
    for (Answers answers : tasks.values()) {
      if (answers.right() < 0 || answers.right() > answers.asked()) {
        return Optional.of(
            "%d of %d answers are right".formatted(answers.right(), answers.asked()));
      }
    }
    return divergence.objectionAsDivergence().or(loss::objection);
  }

  /** Exponential of the loss. */
  public double perplexity() {
    return Math.exp(loss.mean());
  }
}
