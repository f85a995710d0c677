package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** A computation whose backward pass begins with a second forward pass. */
final class Recomputation {

  private Recomputation() {}

  static DeviceTensor of(Tape tape, DeviceTensor input, UnaryOperator<DeviceTensor> computation) {
    DeviceTensor[] result = new DeviceTensor[1];
    Tape.pause(() -> result[0] = input.within(computation));
    tape.record(
        result[0], List.of(input), step -> backward(step, input.memory(), computation), input);
    return result[0];
  }

  private static void backward(
      BackwardStep step, DeviceMemory parent, UnaryOperator<DeviceTensor> computation) {
    try (DeviceMemory scope = parent.newScope();
        Gradients gradients = Gradients.record()) {
      DeviceTensor start = scope.own(step.operations().alias(step.kept(0)));
      start.collectGradient(true);
      DeviceTensor again = computation.apply(start);
      DeviceTensor gradient = scope.own(step.operations().alias(step.gradient()));
      gradients.backward(again, gradient, List.of(), 1);
      if (step.wants(0)) {
        NativeTensor part = step.operations().alias(start.gradient(scope).handle().get());
        step.share(0, part);
      }
    }
  }
}
