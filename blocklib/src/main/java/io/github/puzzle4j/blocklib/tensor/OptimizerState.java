package io.github.puzzle4j.blocklib.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;

/** Parameters under training and their running moments, all in float32. */
public final class OptimizerState implements AutoCloseable {

  /** A parameter with what AdamW keeps for it; {@code step} counts in float32. */
  public record Slot(
      String name,
      DeviceTensor parameter,
      DeviceTensor mean,
      DeviceTensor square,
      DeviceTensor step) {

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
  public OptimizerState(DeviceMemory parent, SequencedMap<String, DeviceTensor> parameters) {
    this.memory = parent.newScope();
    List<Slot> all = new ArrayList<>();
    parameters.forEach((name, parameter) -> {
      parameter.collectGradient(true);
      DeviceTensor mean = memory.zeros(parameter.shape());
      DeviceTensor square = memory.zeros(parameter.shape());
      all.add(new Slot(name, parameter, mean, square, memory.scalar(0)));
    });
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
