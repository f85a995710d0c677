package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The quality of a model on a text, compared with its teacher. The result is an {@link Evaluation}.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacements of which the model is made
 * @param weights digests of the tasks from whose results the model's weights come
 * @param text digest of the sequences, and of questions that were asked besides
 * @param precision of the matrix products
 */
public record MeasureModel(
    String teacher,
    List<Replacement> replacements,
    List<String> weights,
    String text,
    Precision precision)
    implements Task {

  public MeasureModel {
    replacements = List.copyOf(replacements);
    weights = List.copyOf(weights);
  }

  @Override
  public Kind kind() {
    return Kind.MEASURE;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    return result.value(Evaluation.class).objection();
  }
}
