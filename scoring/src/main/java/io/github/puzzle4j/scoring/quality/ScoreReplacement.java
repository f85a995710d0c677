package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scores of one replacement on a portion of the text, in all metrics that were asked for.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacement the replacement
 * @param reads digests of the trainings from whose results its weights come
 * @param text digest of the sequences that are scored
 * @param precision of the matrix products
 */
public record ScoreReplacement(
    String teacher, Replacement replacement, List<String> reads, String text, Precision precision)
    implements Task {

  /**
   * The result.
   *
   * @param metrics of each metric the part of each sequence, in their order
   * @param effort what it took
   */
  public record Result(Map<Metric, List<Score.Part>> metrics, Effort effort) {}

  public ScoreReplacement {
    reads = List.copyOf(reads);
  }

  @Override
  public Kind kind() {
    return Kind.SCORE;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    return Score.objection(result.value(Result.class).metrics());
  }
}
