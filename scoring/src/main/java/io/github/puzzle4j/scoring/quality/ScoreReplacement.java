package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The scores of one replacement, in all metrics.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacement the replacement
 * @param reads digests of the trainings from whose results its weights come
 * @param text digest of the batches that are scored
 * @param precision of the matrix products
 */
public record ScoreReplacement(
    String teacher, Replacement replacement, List<String> reads, String text, Precision precision)
    implements Task {

  /**
   * The result.
   *
   * @param divergence KL from the teacher, nats per token
   * @param loss LM loss, nats per token
   */
  public record Result(Score divergence, Score loss) {}

  public ScoreReplacement {
    reads = List.copyOf(reads);
  }

  @Override
  public Kind kind() {
    return Kind.SCORE;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    Result scores = result.value(Result.class);
    return scores.divergence().objectionAsDivergence().or(() -> scores.loss().objection());
  }
}
