package io.github.puzzle4j.blocklib.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Parameters under training and their running moments, all in float32. */
public final class OptimizerState implements AutoCloseable {

  /** A parameter with what AdamW keeps for it. */
  public record Slot(
      DeviceTensor parameter, DeviceTensor mean, DeviceTensor square, DeviceTensor step) {

    /** Matrices decay, norms do not. */
    boolean isMatrix() {
      return parameter.shape().size() > 1;
    }

    /** A new handle on the gradient, which belongs to the given scope. */
    public DeviceTensor gradient(DeviceMemory scope) {
      return parameter.gradient(scope);
    }
  }

  private final DeviceMemory memory;
  private final List<Slot> slots;

  /** Starts with zero moments; from here on the parameters collect gradients. */
  public OptimizerState(DeviceMemory parent, List<DeviceTensor> parameters) {
    this.memory = parent.newScope();
    List<Slot> all = new ArrayList<>();
    for (DeviceTensor parameter : parameters) {
      parameter.collectGradient(true);
      all.add(
          new Slot(
              parameter,
              memory.zeros(parameter.shape()),
              memory.zeros(parameter.shape()),
              memory.scalar(0)));
    }
    slots = List.copyOf(all);
  }

  /** One slot per parameter, in the order in which they were given. */
  public List<Slot> slots() {
    return slots;
  }

  /** The slots that satisfy a condition. */
  List<Slot> slots(Predicate<Slot> condition) {
    return slots.stream().filter(condition).toList();
  }

  /** Frees the moments and stops collecting gradients. */
  @Override
  public void close() {
    slots.forEach(slot -> slot.parameter().collectGradient(false));
    memory.close();
  }
}
