package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Arithmetic with its backward passes. */
final class Arithmetic {

  private Arithmetic() {}

  static DeviceTensor add(DeviceTensor x, DeviceTensor y) {
    DeviceTensor result = binary(Binary.ADD, x, y);
    Tape.recordIfWanted(
        result,
        List.of(x, y),
        step -> {
          give(step, 0, step.operations().alias(step.gradient()), x.shape());
          give(step, 1, step.operations().alias(step.gradient()), y.shape());
        });
    return result;
  }

  static DeviceTensor subtract(DeviceTensor x, DeviceTensor y) {
    DeviceTensor result = binary(Binary.SUBTRACT, x, y);
    Tape.recordIfWanted(
        result,
        List.of(x, y),
        step -> {
          give(step, 0, step.operations().alias(step.gradient()), x.shape());
          if (step.wants(1)) {
            give(step, 1, step.operations().apply(Unary.NEGATE, step.gradient()), y.shape());
          }
        });
    return result;
  }

  static DeviceTensor multiply(DeviceTensor x, DeviceTensor y) {
    DeviceTensor result = binary(Binary.MULTIPLY, x, y);
    Tape.recordIfWanted(
        result,
        List.of(x, y),
        step -> {
          if (step.wants(0)) {
            give(step, 0, times(step, step.gradient(), step.kept(1)), x.shape());
          }
          if (step.wants(1)) {
            give(step, 1, times(step, step.gradient(), step.kept(0)), y.shape());
          }
        },
        x,
        y);
    return result;
  }

  static DeviceTensor divide(DeviceTensor x, DeviceTensor y) {
    DeviceTensor result = binary(Binary.DIVIDE, x, y);
    Tape.recordIfWanted(
        result,
        List.of(x, y),
        step -> {
          Operations operations = step.operations();
          NativeTensor part = operations.apply(Binary.DIVIDE, step.gradient(), step.kept(0));
          if (step.wants(1)) {
            // The quotient's derivative by the divisor is minus itself over it.
            NativeTensor both = step.temporary(times(step, part, step.kept(1)));
            give(step, 1, operations.apply(Unary.NEGATE, both), y.shape());
          }
          give(step, 0, part, x.shape());
        },
        y,
        result);
    return result;
  }

  static DeviceTensor withNumber(Binary function, DeviceTensor x, float number) {
    DeviceTensor result = x.result(x.operations().apply(function, x.nativeTensor(), number));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          switch (function) {
            case ADD, SUBTRACT -> step.share(0, operations.alias(step.gradient()));
            case MULTIPLY, DIVIDE ->
                step.give(0, operations.apply(function, step.gradient(), number));
            case EQUAL, LESS, GREATER_OR_EQUAL, AND, OR ->
                throw new IllegalArgumentException(function + " has no gradient");
          }
        });
    return result;
  }

  static DeviceTensor matMul(DeviceTensor x, DeviceTensor y) {
    int rows = x.shape().size();
    int columns = y.shape().size();
    if (rows < 2 || columns < 2 || x.size(rows - 1) != y.size(columns - 2)) {
      throw new IllegalArgumentException("%s times %s".formatted(x, y));
    }
    DeviceTensor result = x.result(x.operations().matMul(x.nativeTensor(), y.nativeTensor()));
    Tape.recordIfWanted(
        result,
        List.of(x, y),
        step -> {
          Operations operations = step.operations();
          if (step.wants(0)) {
            NativeTensor right = step.temporary(onItsSide(operations, step.kept(1)));
            give(step, 0, operations.matMul(step.gradient(), right), x.shape());
          }
          if (step.wants(1)) {
            NativeTensor left = step.temporary(onItsSide(operations, step.kept(0)));
            give(step, 1, operations.matMul(left, step.gradient()), y.shape());
          }
        },
        x,
        y);
    return result;
  }

  static DeviceTensor solve(DeviceTensor matrix, DeviceTensor right, double ridge) {
    List<Long> shape = matrix.shape();
    if (shape.size() != 2
        || !shape.get(0).equals(shape.get(1))
        || right.shape().size() != 2
        || right.size(0) != matrix.size(0)
        || matrix.type() != TensorType.F32
        || right.type() != TensorType.F32) {
      throw new IllegalArgumentException("%s x = %s".formatted(matrix, right));
    }
    return matrix.result(
        matrix.operations().solve(matrix.nativeTensor(), right.nativeTensor(), ridge));
  }

  private static NativeTensor onItsSide(Operations operations, NativeTensor matrix) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < matrix.shape().size() - 2; axis++) {
      axes.add(axis);
    }
    axes.add(matrix.shape().size() - 1);
    axes.add(matrix.shape().size() - 2);
    return operations.permute(matrix, axes);
  }

  static DeviceTensor apply(Unary function, DeviceTensor x) {
    DeviceTensor result = x.result(x.operations().apply(function, x.nativeTensor()));
    Tape.recordIfWanted(
        result, List.of(x), step -> step.give(0, derived(function, step)), x, result);
    return result;
  }

  /** The gradient times the function's derivative; 0 is kept of the operand, 1 of the result. */
  private static NativeTensor derived(Unary function, BackwardStep step) {
    Operations operations = step.operations();
    NativeTensor gradient = step.gradient();
    return switch (function) {
      case NEGATE -> operations.apply(Unary.NEGATE, gradient);
      case SQUARE ->
          operations.apply(Binary.MULTIPLY, step.temporary(times(step, gradient, step.kept(0))), 2);
      case SQUARE_ROOT ->
          operations.apply(
              Binary.DIVIDE,
              step.temporary(operations.apply(Binary.DIVIDE, gradient, step.kept(1))),
              2);
      case EXPONENTIAL -> times(step, gradient, step.kept(1));
      case LOGARITHM -> operations.apply(Binary.DIVIDE, gradient, step.kept(0));
      case ABSOLUTE, RECIPROCAL_SQUARE_ROOT, SIGMOID, SILU ->
          throw new IllegalArgumentException(function + " has no gradient here");
    };
  }

  static DeviceTensor softmax(DeviceTensor x) {
    DeviceTensor result = x.result(x.operations().softmax(x.nativeTensor()));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          NativeTensor both = step.temporary(times(step, step.gradient(), step.kept(0)));
          NativeTensor sum = step.temporary(lastSum(operations, both));
          NativeTensor part = times(step, sum, step.kept(0));
          operations.add(both, part, -1);
          part.close();
          step.give(0, operations.alias(both));
        },
        result);
    return result;
  }

  static DeviceTensor logSoftmax(DeviceTensor x) {
    DeviceTensor result = x.result(x.operations().logSoftmax(x.nativeTensor()));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          NativeTensor softmax = step.temporary(operations.apply(Unary.EXPONENTIAL, step.kept(0)));
          NativeTensor sum = step.temporary(lastSum(operations, step.gradient()));
          NativeTensor part = step.temporary(times(step, softmax, sum));
          step.give(0, operations.apply(Binary.SUBTRACT, step.gradient(), part));
        },
        result);
    return result;
  }

  static NativeTensor lastSum(Operations operations, NativeTensor tensor) {
    return operations.reduce(Reduction.SUM, tensor, List.of(tensor.shape().size() - 1), true);
  }

  static DeviceTensor reduce(Reduction function, DeviceTensor x, int... axes) {
    List<Integer> reduced = Arrays.stream(axes).boxed().toList();
    DeviceTensor result =
        x.result(x.operations().reduce(function, x.nativeTensor(), reduced, false));
    Tape.recordIfWanted(
        result,
        List.of(x),
        step -> {
          Operations operations = step.operations();
          List<Long> kept = new ArrayList<>(x.shape());
          (reduced.isEmpty() ? allAxes(x) : reduced).forEach(axis -> kept.set(axis, 1L));
          NativeTensor column = step.temporary(operations.reshape(step.gradient(), kept));
          double share = (double) result.elements() / x.elements();
          NativeTensor scaled =
              function == Reduction.MEAN
                  ? step.temporary(operations.apply(Binary.MULTIPLY, column, share))
                  : column;
          step.share(0, operations.expand(scaled, x.shape()));
        });
    return result;
  }

  private static List<Integer> allAxes(DeviceTensor x) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < x.shape().size(); axis++) {
      axes.add(axis);
    }
    return axes;
  }

  private static DeviceTensor binary(Binary function, DeviceTensor x, DeviceTensor y) {
    return x.result(x.operations().apply(function, x.nativeTensor(), y.nativeTensor()));
  }

  private static NativeTensor times(BackwardStep step, NativeTensor x, NativeTensor y) {
    return step.operations().apply(Binary.MULTIPLY, x, y);
  }

  /** Gives the part if it is wanted, and else closes it. */
  private static void give(BackwardStep step, int operand, NativeTensor part, List<Long> shape) {
    if (step.wants(operand)) {
      Views.give(step, operand, part, shape);
    } else {
      part.close();
    }
  }
}
