package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Parameters under training and their running moments, all in float32. */
final class OptimizerState implements AutoCloseable {

  /** A parameter with what AdamW keeps for it. */
  record Slot(NDArray parameter, NDArray mean, NDArray square, NDArray step) {

    /** Matrices decay, norms do not. */
    boolean isMatrix() {
      return parameter.getShape().dimension() > 1;
    }

    /** A new handle on the gradient, which belongs to the given scope. */
    NDArray gradient(NDManager scope) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(scope);
      return gradient;
    }
  }

  private final NDManager manager;
  private final List<Slot> slots;

  /** Starts with zero moments; from here on the parameters collect gradients. */
  OptimizerState(NDManager parent, List<NDArray> parameters) {
    this.manager = parent.newSubManager();
    List<Slot> all = new ArrayList<>();
    for (NDArray parameter : parameters) {
      parameter.setRequiresGradient(true);
      all.add(
          new Slot(
              parameter,
              manager.zeros(parameter.getShape()),
              manager.zeros(parameter.getShape()),
              manager.create(0f)));
    }
    slots = List.copyOf(all);
  }

  /** One slot per parameter, in the order in which they were given. */
  List<Slot> slots() {
    return slots;
  }

  /** The slots that satisfy a condition. */
  List<Slot> slots(Predicate<Slot> condition) {
    return slots.stream().filter(condition).toList();
  }

  /** Frees the moments and stops collecting gradients. */
  @Override
  public void close() {
    slots.forEach(slot -> slot.parameter().setRequiresGradient(false));
    manager.close();
  }
}
