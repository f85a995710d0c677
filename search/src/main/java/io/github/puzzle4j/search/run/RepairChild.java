package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.train.GlobalDistillation;
import java.util.List;

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

  RepairChild {
    replacements = List.copyOf(replacements);
    weights = List.copyOf(weights);
  }

  @Override
  public Kind kind() {
    return Kind.REPAIR;
  }
}
