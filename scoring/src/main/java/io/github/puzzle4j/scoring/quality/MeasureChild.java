package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.List;
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
   * The result, by sequence.
   *
   * @param divergence KL from the teacher, nats
   * @param loss LM loss, nats
   */
  public record Result(List<Score.Part> divergence, List<Score.Part> loss) {

    public Result {
      divergence = List.copyOf(divergence);
      loss = List.copyOf(loss);
    }

    /** The score of the child that was measured. */
    public ChildScore of(Child child) {
      return new ChildScore(child, divergence, loss);
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
    Result parts = result.value(Result.class);
    if (parts.divergence().isEmpty() || parts.divergence().size() != parts.loss().size()) {
      return Optional.of(
          "%d divergences and %d losses".formatted(parts.divergence().size(), parts.loss().size()));
    }
    return Score.of(parts.divergence()).objectionAsDivergence();
  }
}
