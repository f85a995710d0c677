package io.github.puzzle4j.blocklib.tensor.engine;

import static io.github.puzzle4j.blocklib.checkpoint.TensorType.BF16;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.BOOL;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.F32;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.I64;
import static io.github.puzzle4j.blocklib.tensor.engine.Trial.that;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Functions of elements, reductions and products. */
final class ArithmeticChecks {

  private static final Set<Binary> TRUTHS =
      EnumSet.of(Binary.EQUAL, Binary.LESS, Binary.GREATER_OR_EQUAL, Binary.AND, Binary.OR);

  private ArithmeticChecks() {}

  static Map<String, Consumer<Trial>> all() {
    Map<String, Consumer<Trial>> checks = new LinkedHashMap<>();
    for (String kind : List.of("f32", "bf16")) {
      checks.put("functions of one " + kind, trial -> unary(trial, kind));
      checks.put("products of " + kind, trial -> products(trial, kind));
      checks.put("a large product of " + kind, trial -> largeProduct(trial, kind));
      checks.put("functions of " + kind + " and a number", trial -> numbers(trial, kind));
      checks.put("functions of two, " + kind, trial -> binary(trial, kind, kind));
    }
    checks.put("functions of bf16 and f32", trial -> binary(trial, "bf16", "f32"));
    checks.put("functions of truths and whole numbers", ArithmeticChecks::truths);
    checks.put("reductions", ArithmeticChecks::reductions);
    checks.put("a system of equations", ArithmeticChecks::system);
    return checks;
  }

  private static TensorType type(String kind) {
    return kind.equals("f32") ? F32 : BF16;
  }

  private static void unary(Trial trial, String kind) {
    NativeTensor x = trial.in("unary." + kind);
    for (Unary function : Unary.values()) {
      trial.expect(
          trial.operations.apply(function, x),
          type(kind),
          "unary.%s.%s".formatted(kind, function.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static void binary(Trial trial, String left, String right) {
    String name = "binary.%s.%s".formatted(left, right);
    TensorType wider = left.equals("bf16") && right.equals("bf16") ? BF16 : F32;
    NativeTensor a = trial.in(name + ".left");
    NativeTensor b = trial.in(name + ".right");
    for (Binary function : EnumSet.range(Binary.ADD, Binary.GREATER_OR_EQUAL)) {
      trial.expect(
          trial.operations.apply(function, a, b),
          TRUTHS.contains(function) ? BOOL : wider,
          name + "." + function.name().toLowerCase(Locale.ROOT));
    }
    NativeTensor into = trial.in(name + ".into");
    trial.operations.add(into, b, 0.75);
    trial.expect(trial.operations.alias(into), type(left), name + ".added");
  }

  private static void numbers(Trial trial, String kind) {
    TensorType type = type(kind);
    NativeTensor x = trial.in(Tensor.ofFloats(type, List.of(2L, 2L), new float[] {1, -2, 3, 0.5f}));
    expect(trial, trial.operations.apply(Binary.ADD, x, 0.25), type, 1.25f, -1.75f, 3.25f, 0.75f);
    expect(trial, trial.operations.apply(Binary.SUBTRACT, x, 1), type, 0, -3, 2, -0.5f);
    expect(trial, trial.operations.apply(Binary.MULTIPLY, x, 0.5), type, 0.5f, -1, 1.5f, 0.25f);
    expect(trial, trial.operations.apply(Binary.DIVIDE, x, 4), type, 0.25f, -0.5f, 0.75f, 0.125f);
    expectTruths(trial, trial.operations.apply(Binary.EQUAL, x, 3), 0, 0, 1, 0);
    expectTruths(trial, trial.operations.apply(Binary.LESS, x, 1), 0, 1, 0, 1);
    expectTruths(trial, trial.operations.apply(Binary.GREATER_OR_EQUAL, x, 1), 1, 0, 1, 0);
    NativeTensor single = trial.keep(trial.operations.cast(trial.scalar(3), type));
    expect(trial, trial.operations.apply(Binary.MULTIPLY, single, 0.5), type, 1.5f);
  }

  private static void truths(Trial trial) {
    Operations operations = trial.operations;
    NativeTensor x = trial.in(Tensor.ofLongs(1, 2, 3, 4));
    NativeTensor small = operations.apply(Binary.LESS, x, 3);
    NativeTensor odd = operations.apply(Binary.EQUAL, x, trial.in(Tensor.ofLongs(1, 0, 3, 0)));
    expectTruths(trial, small, 1, 1, 0, 0);
    expectTruths(trial, odd, 1, 0, 1, 0);
    expectTruths(trial, operations.apply(Binary.AND, small, odd), 1, 0, 0, 0);
    expectTruths(trial, operations.apply(Binary.OR, small, odd), 1, 1, 1, 0);
    NativeTensor doubled = operations.apply(Binary.MULTIPLY, x, 2);
    that(trial.keep(doubled).type() == I64, "whole numbers stay whole");
    expect(trial, operations.cast(doubled, F32), F32, 2, 4, 6, 8);
  }

  private static void reductions(Trial trial) {
    Operations operations = trial.operations;
    NativeTensor x = trial.in("reduce");
    trial.expect(operations.reduce(Reduction.SUM, x, List.of(0, 2), false), F32, "reduce.sum");
    trial.expect(operations.reduce(Reduction.MEAN, x, List.of(1), true), F32, "reduce.mean");
    trial.expect(operations.reduce(Reduction.MINIMUM, x, List.of(), false), F32, "reduce.minimum");
    trial.expect(operations.reduce(Reduction.MAXIMUM, x, List.of(), false), F32, "reduce.maximum");
    NativeTensor whole = trial.in(Tensor.ofLongs(5, 6));
    NativeTensor sum = trial.keep(operations.reduce(Reduction.SUM, whole, List.of(), false));
    that(sum.type() == I64 && sum.shape().isEmpty(), "a sum of whole numbers");
    trial.expect(operations.softmax(x), F32, "softmax");
    trial.expect(operations.logSoftmax(x), F32, "log_softmax");
    trial.expect(operations.argMax(x), I64, "argmax");
    trial.expect(operations.argSortDescending(trial.in("argsort")), I64, "argsort.descending");
  }

  private static void system(Trial trial) {
    NativeTensor matrix = trial.in("solve.matrix");
    NativeTensor right = trial.in("solve.right");
    trial.expect(trial.operations.solve(matrix, right, 0), F32, "solve");
    trial.expect(trial.operations.solve(matrix, right, 3), F32, "solve.ridge");
    // Strides of a view count.
    NativeTensor side = trial.keep(trial.operations.permute(right, List.of(1, 0)));
    NativeTensor rows = trial.keep(trial.operations.copy(side));
    NativeTensor back = trial.keep(trial.operations.permute(rows, List.of(1, 0)));
    trial.expect(trial.operations.solve(matrix, back, 0), F32, "solve");
  }

  private static void products(Trial trial, String kind) {
    Operations operations = trial.operations;
    NativeTensor left = trial.in("product." + kind + ".left");
    NativeTensor right = trial.in("product." + kind + ".right");
    trial.expect(operations.matMul(left, right), type(kind), "product." + kind);
    trial.expect(
        operations.linear(
            trial.in("linear." + kind + ".x"), trial.in("linear." + kind + ".matrix")),
        type(kind),
        "linear." + kind);
    NativeTensor outer = trial.keep(operations.select(left, 0, 0));
    NativeTensor a = trial.keep(operations.select(outer, 0, 0));
    NativeTensor b = trial.keep(operations.select(right, 0, 0));
    NativeTensor product = operations.product(a, b, F32);
    operations.add(product, trial.in("add_product.%s.f32.into".formatted(kind)), 1);
    trial.expectRough(product, F32, "add_product.%s.f32".formatted(kind));
    for (String into : List.of("f32", kind)) {
      String name = "add_product.%s.%s".formatted(kind, into);
      NativeTensor sum = trial.in(name + ".into");
      operations.addProduct(sum, a, b);
      if (kind.equals("bf16")) {
        trial.expectRough(operations.alias(sum), type(into), name);
      } else {
        trial.expect(operations.alias(sum), type(into), name);
      }
      NativeTensor rows = trial.in(name + ".into");
      List<Long> shape = List.of(1L, rows.shape().get(0), 1L, rows.shape().get(1));
      NativeTensor spread = trial.keep(operations.reshape(rows, shape));
      operations.addProduct(spread, a, b);
      trial.expectRough(operations.reshape(spread, rows.shape()), type(into), name);
    }
  }

  /** So large that an engine may do it in another way; whole numbers leave nothing to round. */
  private static void largeProduct(Trial trial, String kind) {
    Operations operations = trial.operations;
    int rows = 192;
    int width = 256;
    int columns = 224;
    float[] left = wholes(rows * width, 7);
    float[] right = wholes(width * columns, 5);
    float[] product = new float[rows * columns];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < width; k++) {
        product[i] += left[i / columns * width + k] * right[k * columns + i % columns];
      }
    }
    NativeTensor x = trial.in(Tensor.ofFloats(type(kind), List.of(192L, 256L), left));
    NativeTensor y = trial.in(Tensor.ofFloats(type(kind), List.of(256L, 224L), right));
    NativeTensor matrix = trial.keep(operations.permute(y, List.of(1, 0)));
    NativeTensor cube = trial.keep(operations.reshape(x, List.of(4L, 48L, 256L)));
    expect(trial, operations.matMul(x, y), type(kind), product);
    expect(trial, operations.product(x, y, F32), F32, product);
    expect(trial, operations.linear(cube, matrix), type(kind), product);
    NativeTensor sum = trial.keep(operations.zeros(F32, List.of(4L, 48L, 224L)));
    operations.addProduct(sum, x, y);
    expect(trial, operations.alias(sum), F32, product);
  }

  /** Numbers so small that bf16 holds the sums of their products. */
  private static float[] wholes(int count, int step) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * step % 193 == 0 ? 3 : i * step % 97 == 1 ? -2 : 0;
    }
    return values;
  }

  private static void expect(Trial trial, NativeTensor tensor, TensorType type, float... expected) {
    that(trial.keep(tensor).type() == type, "type " + tensor.type() + ", expected " + type);
    float[] actual = Trial.floats(trial.read(tensor));
    that(
        Arrays.equals(actual, expected),
        "%s, expected %s".formatted(Arrays.toString(actual), Arrays.toString(expected)));
  }

  private static void expectTruths(Trial trial, NativeTensor tensor, float... expected) {
    that(trial.keep(tensor).type() == BOOL, "type " + tensor.type());
    expect(trial, trial.operations.cast(tensor, F32), F32, expected);
  }
}
