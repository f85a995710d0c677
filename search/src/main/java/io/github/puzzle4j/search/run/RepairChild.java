package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.train.GlobalDistillation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The repair of a child by global distillation. The result is a file of its weights.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacements of which the child is made
 * @param weights digests of the tasks from whose results its weights come
 * @param text digest of the batches
 * @param settings of the training
 * @param stored type in which weights are kept
 */
record RepairChild(
    String teacher,
    List<Replacement> replacements,
    List<String> weights,
    String text,
    GlobalDistillation settings,
    TensorType stored)
    implements Task {

  /** The file of the weights. */
  static final String FILE = "weights.safetensors";

  RepairChild {
    replacements = List.copyOf(replacements);
    weights = List.copyOf(weights);
  }

  @Override
  public Kind kind() {
    return Kind.REPAIR;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(result.file(FILE))) {
      return FiniteCheck.of(file, name -> {}).stream()
          .findFirst()
          .map(finding ->
              "%s of the repaired child holds %s; a lower uptrain.learningRate may help"
                  .formatted(finding.tensor(), finding.value()));
    }
  }
}
