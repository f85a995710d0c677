package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Visits a teacher layer by layer with the activations that enter each layer: one layer's weights
 * are in memory at a time, and as many activations as the store keeps there.
 */
public final class TeacherWalk {

  /** Sees one layer. */
  @FunctionalInterface
  public interface Visitor {

    /** Called for each layer that is wanted, first to last. */
    void layer(TeacherLayer layer) throws IOException;
  }

  private static final int KEY_DIGITS = 12;

  private final Model model;
  private final TensorSource teacher;
  private final BlockRunner runner;

  /** A walk through a teacher whose tensors are read when their layer is reached. */
  public TeacherWalk(Model model, TensorSource teacher, BlockRunner runner) {
    this.model = model;
    this.teacher = teacher;
    this.runner = runner;
  }

  /**
   * Runs the batches through all layers, with activations in memory.
   *
   * @throws IOException if a tensor cannot be read, or from the visitor
   */
  public void visit(DeviceMemory parent, List<TokenBatch> batches, Visitor visitor)
      throws IOException {
    visit(parent, batches, ActivationStore.inMemory(), layer -> true, visitor);
  }

  /**
   * Runs the batches through the teacher as far as layers are wanted. Begins where an earlier walk
   * with the same batches left its activations in the store.
   *
   * @param wanted layers to visit, counted from 0; asked once for each, before anything else
   * @throws IOException if a tensor cannot be read, if activations do not fit into the store, or
   *     from the visitor
   */
  public void visit(
      DeviceMemory parent,
      List<TokenBatch> batches,
      ActivationStore store,
      IntPredicate wanted,
      Visitor visitor)
      throws IOException {
    List<Integer> layers =
        IntStream.range(0, model.layers().size()).filter(wanted).boxed().toList();
    if (layers.isEmpty()) {
      return;
    }
    TeacherLayer.Places places =
        new TeacherLayer.Places(
            store,
            parent,
            ActivationBudget.shapes(model.common(), batches),
            TokenBatch.digest(batches).substring(0, KEY_DIGITS));
    Start start = start(parent, batches, places, layers.getFirst());
    Optional<BoundaryActivations> inputs = Optional.of(start.inputs());
    try {
      for (int index = start.layer(); index <= layers.getLast(); index++) {
        try (DeviceMemory scope = parent.newScope()) {
          BlockWeights weights = BlockWeights.load(scope, model, teacher, index);
          TeacherLayer layer =
              new TeacherLayer(scope, index, weights, inputs.orElseThrow(), runner, places);
          inputs = pass(layer, layers, visitor);
        }
      }
    } finally {
      inputs.ifPresent(BoundaryActivations::close);
    }
  }

  /**
   * Visits a layer if it is wanted; returns the next layer's inputs if any further one is wanted.
   */
  private static Optional<BoundaryActivations> pass(
      TeacherLayer layer, List<Integer> wanted, Visitor visitor) throws IOException {
    boolean passed = false;
    try {
      if (wanted.contains(layer.index())) {
        visitor.layer(layer);
      }
      Optional<BoundaryActivations> next =
          layer.index() < wanted.getLast() ? Optional.of(layer.outputs()) : Optional.empty();
      layer.finish(next.isPresent());
      passed = true;
      return next;
    } finally {
      if (!passed) {
        layer.close();
      }
    }
  }

  private record Start(int layer, BoundaryActivations inputs) {}

  private Start start(
      DeviceMemory parent, List<TokenBatch> batches, TeacherLayer.Places places, int first)
      throws IOException {
    for (int layer = first; layer >= 0; layer--) {
      Optional<BoundaryActivations> found =
          places.store().find(places.inputs(layer), places.shapes());
      if (found.isPresent()) {
        return new Start(layer, found.get());
      }
    }
    Tensor table = teacher.tensor(TensorNames.EMBEDDING);
    return new Start(
        0,
        places
            .store()
            .keep(
                parent,
                places.inputs(0),
                places.shapes(),
                (scope, index) ->
                    EmbeddingRows.of(scope, model.common(), batches.get(index), table)));
  }
}
