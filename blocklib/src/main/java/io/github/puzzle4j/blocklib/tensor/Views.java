package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import java.util.ArrayList;
import java.util.List;

/** Operations that move numbers or show them in another way, with their backward passes. */
final class Views {

  private Views() {}

  static DeviceTensor cast(DeviceTensor x, TensorType type) {
    DeviceTensor result = x.result(x.operations().cast(x.nativeTensor(), type));
    // The gradient is converted where it is added up.
    Tape.recordIfWanted(
        result, List.of(x), step -> step.share(0, step.operations().alias(step.gradient())));
    return result;
  }

  static DeviceTensor reshape(DeviceTensor x, List<Long> sizes) {
    List<Long> from = x.shape();
    List<Long> to = completed(sizes, x);
    DeviceTensor result = x.result(x.operations().reshape(x.nativeTensor(), to));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> step.share(0, step.operations().reshape(step.gradient(), from)));
    return result;
  }

  private static List<Long> completed(List<Long> sizes, DeviceTensor x) {
    int open = sizes.indexOf(-1L);
    List<Long> completed = new ArrayList<>(sizes);
    if (open >= 0) {
      completed.set(open, 1L);
      completed.set(open, x.elements() / Math.max(1, DeviceTensor.elements(completed)));
    }
    if (DeviceTensor.elements(completed) != x.elements()) {
      throw new IllegalArgumentException("%s in the shape %s".formatted(x, sizes));
    }
    return completed;
  }

  static DeviceTensor permute(DeviceTensor x, List<Integer> axes) {
    DeviceTensor result = x.result(x.operations().permute(x.nativeTensor(), axes));
    List<Integer> back = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      back.add(axes.indexOf(axis));
    }
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> step.share(0, step.operations().permute(step.gradient(), back)));
    return result;
  }

  static DeviceTensor slice(DeviceTensor x, int axis, long from, long to) {
    if (from < 0 || to > x.size(axis) || from > to) {
      throw new IllegalArgumentException("%d to %d of axis %d of %s".formatted(from, to, axis, x));
    }
    DeviceTensor result = x.result(x.operations().slice(x.nativeTensor(), axis, from, to));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          operations.add(
              step.temporary(operations.slice(step.sumOrZeros(0), axis, from, to)),
              step.gradient(),
              1);
        });
    return result;
  }

  static DeviceTensor take(DeviceTensor x, int axis, DeviceTensor indices) {
    DeviceTensor result =
        x.result(x.operations().take(x.nativeTensor(), axis, indices.nativeTensor()));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> step.operations().addTaken(step.sumOrZeros(0), axis, step.kept(0), step.gradient()),
        indices);
    return result;
  }

  static DeviceTensor concat(List<DeviceTensor> parts, int axis) {
    DeviceTensor first = parts.getFirst();
    DeviceTensor result =
        first.result(
            first
                .operations()
                .concat(parts.stream().map(DeviceTensor::nativeTensor).toList(), axis));
    List<Long> sizes = parts.stream().map(part -> part.size(axis)).toList();
    Tape.recordIfWanted(result, parts, step -> apart(step, sizes, axis));
    return result;
  }

  private static void apart(BackwardStep step, List<Long> sizes, int axis) {
    long from = 0;
    for (int part = 0; part < sizes.size(); part++) {
      long to = from + sizes.get(part);
      if (step.wants(part)) {
        step.share(part, step.operations().slice(step.gradient(), axis, from, to));
      }
      from = to;
    }
  }

  static DeviceTensor expand(DeviceTensor x, List<Long> shape) {
    List<Long> from = x.shape();
    DeviceTensor result = x.result(x.operations().expand(x.nativeTensor(), shape));
    Tape.recordIfWanted(
        result, List.of(x), step -> give(step, 0, step.operations().alias(step.gradient()), from));
    return result;
  }

  /**
   * Gives an operand a gradient that is summed along the axes along which the operand was spread.
   *
   * @param part a handle that this closes or passes on
   */
  static void give(BackwardStep step, int operand, NativeTensor part, List<Long> shape) {
    if (part.shape().equals(shape)) {
      step.share(operand, part);
      return;
    }
    Operations operations = step.operations();
    List<Long> whole = part.shape();
    int further = whole.size() - shape.size();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < whole.size(); axis++) {
      if (axis < further || (shape.get(axis - further) == 1 && whole.get(axis) != 1)) {
        axes.add(axis);
      }
    }
    try (part;
        NativeTensor sum =
            axes.isEmpty()
                ? operations.alias(part)
                : operations.reduce(Reduction.SUM, part, axes, true)) {
      step.share(operand, operations.reshape(sum, shape));
    }
  }
}
