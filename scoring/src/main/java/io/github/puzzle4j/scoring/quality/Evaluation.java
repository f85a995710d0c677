package io.github.puzzle4j.scoring.quality;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The quality of a model's predictions of a text.
 *
 * @param metrics that were measured: LM loss and accuracies in any case, KL if there is a teacher
 * @param tasks by name of the task, the answers given
 */
public record Evaluation(Map<Metric, Score> metrics, SequencedMap<String, Answers> tasks) {

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
    metrics = Collections.unmodifiableMap(new EnumMap<>(metrics));
    tasks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tasks));
  }

  /** What cannot be: impossible values, more right answers than questions. */
  Optional<String> objection() {
    if (!metrics.keySet().containsAll(Evaluator.OF_A_MODEL)) {
      return Optional.of("only %s were measured".formatted(metrics.keySet()));
    }
    for (Map.Entry<Metric, Score> entry : metrics.entrySet()) {
      Optional<String> bad = entry.getValue().objectionAs(entry.getKey());
      if (bad.isPresent()) {
        return bad;
      }
    }
    for (Answers answers : tasks.values()) {
      if (answers.right() < 0 || answers.right() > answers.asked()) {
        return Optional.of(
            "%d of %d answers are right".formatted(answers.right(), answers.asked()));
      }
    }
    return Optional.empty();
  }

  /**
   * The score in one metric.
   *
   * @throws IllegalArgumentException if it was not measured
   */
  public Score in(Metric metric) {
    Score score = metrics.get(metric);
    if (score == null) {
      throw new IllegalArgumentException("%s was not measured".formatted(metric.id()));
    }
    return score;
  }

  /** LM loss, nats per predicted token. */
  public Score loss() {
    return in(Metric.LM_LOSS);
  }

  /** KL from the teacher, nats per predicted token. */
  public Score divergence() {
    return in(Metric.KL_DIVERGENCE);
  }

  /** Exponential of the loss. */
  public double perplexity() {
    return Math.exp(loss().mean());
  }
}
