package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Parameters under training and their running moments, all in float32. */
public final class OptimizerState implements AutoCloseable {

  /** Added to the norm that gradients are divided by, as in PyTorch. */
  private static final double CLIP_EPSILON = 1e-6;

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

    /** A copy of the gradient, in the given scope. */
    public DeviceTensor gradient(DeviceMemory scope) {
      return parameter.gradient(scope);
    }

    private NativeTensor collected() {
      return Objects.requireNonNull(parameter.variable(), name).ownSumOrZeros();
    }
  }

  private final DeviceMemory memory;
  private final Operations operations;
  private final List<Slot> slots;

  /** Starts with zero moments; from here on the parameters collect gradients. */
  public OptimizerState(DeviceMemory parent, SequencedMap<String, DeviceTensor> parameters) {
    this.memory = parent.newScope();
    this.operations = memory.operations();
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

  /**
   * Scales all gradients down to a global norm, if theirs is larger (Pascanu et al., arXiv
   * 1211.5063).
   *
   * @return the norm before; if it is no finite number, gradients are of no use any more
   */
  public double clip(double largest) {
    List<NativeTensor> gradients = slots.stream().map(Slot::collected).toList();
    if (gradients.isEmpty()) {
      return 0;
    }
    try (DeviceMemory scope = memory.newScope()) {
      double norm = scope.own(operations.norm(gradients)).toFloat();
      double factor = largest / (norm + CLIP_EPSILON);
      if (factor < 1) {
        operations.scale(gradients, scope.scalar((float) factor).nativeTensor());
      }
      return norm;
    }
  }

  /**
   * One AdamW step in place (Loshchilov and Hutter, arXiv 1711.05101); only matrices decay. There
   * are no gradients afterwards.
   */
  public void step(double rate, double decay) {
    step(Slot::isMatrix, new AdamwSettings(rate, decay));
    step(slot -> !slot.isMatrix(), new AdamwSettings(rate, 0));
    clearGradients();
  }

  /** Forgets all gradients. */
  public void clearGradients() {
    slots.forEach(slot -> slot.parameter().clearGradient());
  }

  private void step(Predicate<Slot> condition, AdamwSettings settings) {
    List<Slot> chosen = slots.stream().filter(condition).toList();
    if (!chosen.isEmpty()) {
      operations.adamw(
          tensors(chosen, Slot::parameter),
          chosen.stream().map(Slot::collected).toList(),
          tensors(chosen, Slot::mean),
          tensors(chosen, Slot::square),
          tensors(chosen, Slot::step),
          settings);
    }
  }

  private static List<NativeTensor> tensors(List<Slot> slots, Function<Slot, DeviceTensor> tensor) {
    return slots.stream().map(tensor).map(DeviceTensor::nativeTensor).toList();
  }

  /** Frees the moments and stops collecting gradients. */
  @Override
  public void close() {
    slots.forEach(slot -> slot.parameter().collectGradient(false));
    memory.close();
  }
}
