package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The quality of a whole child with weights from the library, by sequence of a text.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacements of which the child is made
 * @param weights digests of the trainings from whose results its weights come
 * @param text digest of the batches
 * @param precision of the matrix products
 */
public record MeasureChild(
    String teacher,
    List<Replacement> replacements,
    List<String> weights,
    String text,
    Precision precision)
    implements Task {

  /**
   * The result.
   *
   * @param metrics of each metric the part of each sequence, in their order
   */
  public record Result(Map<Metric, List<Score.Part>> metrics) {

    /** The score of the child that was measured. */
    public ChildScore of(Child child) {
      return new ChildScore(child, metrics);
    }
  }

  public MeasureChild {
    replacements = List.copyOf(replacements);
    weights = List.copyOf(weights);
  }

  @Override
  public Kind kind() {
    return Kind.CHILD;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    return Score.objection(result.value(Result.class).metrics());
  }
}
