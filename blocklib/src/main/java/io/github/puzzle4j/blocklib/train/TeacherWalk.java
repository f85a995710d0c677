package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Visits a teacher layer by layer with the activations that enter each layer: one layer's weights
 * and one boundary's activations are in memory at a time.
 */
public final class TeacherWalk {

  /** Sees one layer. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Called once for each layer, first to last.
     *
     * @param scope freed when the visit ends
     * @param teacher the layer's own weights
     * @param inputs what enters the layer, one array {@code [rows, tokens, hidden]} per batch
     */
    void layer(NDManager scope, int layer, BlockWeights teacher, List<NDArray> inputs)
        throws IOException;
  }

  private final Architecture architecture;
  private final TensorSource teacher;
  private final BlockRunner runner;

  /** A walk through a teacher whose tensors are read when their layer is reached. */
  public TeacherWalk(Architecture architecture, TensorSource teacher, BlockRunner runner) {
    this.architecture = architecture;
    this.teacher = teacher;
    this.runner = runner;
  }

  /**
   * Runs the batches through the teacher.
   *
   * @throws IOException if a tensor cannot be read, or from the visitor
   */
  public void visit(NDManager parent, List<TokenBatch> batches, Visitor visitor)
      throws IOException {
    try (NDManager boundary = parent.newSubManager()) {
      List<NDArray> hidden = embed(boundary, batches);
      for (int layer = 0; layer < architecture.blocks().size(); layer++) {
        try (NDManager scope = parent.newSubManager()) {
          BlockWeights weights =
              BlockWeights.load(
                  scope, architecture.config(), teacher, layer, architecture.blocks().get(layer));
          visitor.layer(scope, layer, weights, List.copyOf(hidden));
          advance(boundary, weights, hidden);
        }
      }
    }
  }

  private List<NDArray> embed(NDManager boundary, List<TokenBatch> batches) throws IOException {
    List<NDArray> hidden = new ArrayList<>();
    try (NDManager scope = boundary.newSubManager()) {
      NDArray table = NativeTensors.load(scope, teacher.tensor(TensorNames.EMBEDDING));
      for (TokenBatch batch : batches) {
        NDArray embedded = runner.embed(batch.ids(scope), table, false);
        embedded.attach(boundary);
        hidden.add(embedded);
      }
    }
    return hidden;
  }

  /** Replaces each array by what leaves the layer, freeing what entered it. */
  private void advance(NDManager boundary, BlockWeights weights, List<NDArray> hidden) {
    for (int i = 0; i < hidden.size(); i++) {
      try (NDManager scope = boundary.newSubManager();
          NDArray entered = hidden.get(i)) {
        NDArray left = runner.block(weights, NativeTensors.alias(scope, entered), false);
        left.attach(boundary);
        hidden.set(i, left);
      }
    }
  }
}
