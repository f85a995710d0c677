package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A computation in float64 whose gradients are compared with central differences. */
final class Slopes {

  /** So small that curvature counts for nothing, and rounding for little. */
  private static final double STEP = 2e-6;

  /** Of the largest gradient. */
  private static final double TOLERANCE = 1e-7;

  /** Elements of an argument that are checked: all, or a sample. */
  private static final int MOST = 12;

  private final DeviceMemory memory;
  private final SplittableRandom random = new SplittableRandom(17);
  private final List<double[]> values = new ArrayList<>();
  private final List<long[]> shapes = new ArrayList<>();
  private @Nullable Gradients recording;

  Slopes(DeviceMemory memory) {
    this.memory = memory;
  }

  /** One more argument, of random numbers around a mean. */
  Slopes argument(double mean, List<Long> shape) {
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    values.add(numbers(random, mean, sizes));
    shapes.add(sizes);
    return this;
  }

  Slopes argument(double mean, long... shape) {
    return argument(mean, DeviceTensor.shapeOf(shape));
  }

  /** Numbers that are the same in each evaluation. */
  static DeviceTensor constant(DeviceMemory scope, double mean, long... shape) {
    return scope.doubles(numbers(new SplittableRandom(3), mean, shape), shape);
  }

  private static double[] numbers(SplittableRandom random, double mean, long... shape) {
    double[] numbers = new double[elements(shape)];
    Arrays.setAll(numbers, i -> random.nextGaussian(mean, 0.4));
    return numbers;
  }

  /** A part of a computation that backward passes begin with once more. */
  DeviceTensor recomputed(DeviceTensor input, UnaryOperator<DeviceTensor> part) {
    Gradients current = recording;
    return current == null ? input.within(part) : current.recomputed(input, part);
  }

  private static int elements(long... shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /** Checks the gradients of a weighted sum of the result with respect to all arguments. */
  void check(Function<List<DeviceTensor>, DeviceTensor> computation) {
    List<double[]> gradients = gradients(computation);
    for (int argument = 0; argument < values.size(); argument++) {
      double[] gradient = gradients.get(argument);
      double largest = Math.max(1e-3, Arrays.stream(gradient).map(Math::abs).max().orElseThrow());
      for (int element : sample(gradient.length)) {
        double slope = slope(computation, argument, element);
        Trial.that(
            Math.abs(gradient[element] - slope) <= TOLERANCE * largest,
            "gradient of argument %d, element %d, is %s, the slope %s"
                .formatted(argument, element, gradient[element], slope));
      }
    }
  }

  private int[] sample(int elements) {
    return elements <= MOST
        ? IntStream.range(0, elements).toArray()
        : random.ints(0, elements).distinct().limit(MOST).toArray();
  }

  private List<double[]> gradients(Function<List<DeviceTensor>, DeviceTensor> computation) {
    try (DeviceMemory scope = memory.newScope();
        Gradients gradients = Gradients.record()) {
      recording = gradients;
      List<DeviceTensor> arguments = arguments(scope);
      arguments.forEach(argument -> argument.collectGradient(true));
      DeviceTensor result = computation.apply(arguments);
      gradients.backward(result.mul(direction(scope, result)).sum());
      return arguments.stream().map(argument -> argument.gradient().toDoubles()).toList();
    } finally {
      recording = null;
    }
  }

  private double slope(
      Function<List<DeviceTensor>, DeviceTensor> computation, int argument, int element) {
    double[] numbers = values.get(argument);
    double own = numbers[element];
    numbers[element] = own + STEP;
    double above = value(computation);
    numbers[element] = own - STEP;
    double below = value(computation);
    numbers[element] = own;
    return (above - below) / (2 * STEP);
  }

  private double value(Function<List<DeviceTensor>, DeviceTensor> computation) {
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor result = computation.apply(arguments(scope));
      return result.mul(direction(scope, result)).sum().toDoubles()[0];
    }
  }

  private DeviceTensor direction(DeviceMemory scope, DeviceTensor result) {
    return constant(scope, 0.3, result.shape().stream().mapToLong(Long::longValue).toArray());
  }

  private List<DeviceTensor> arguments(DeviceMemory scope) {
    List<DeviceTensor> arguments = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      arguments.add(scope.doubles(values.get(i), shapes.get(i)));
    }
    return arguments;
  }
}
