package io.github.puzzle4j.blocklib.tensor.engine;

import static io.github.puzzle4j.blocklib.checkpoint.TensorType.BF16;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.F32;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.I32;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.I64;
import static io.github.puzzle4j.blocklib.tensor.engine.Trial.that;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Making, reading, views and copies. */
final class MemoryChecks {

  private MemoryChecks() {}

  static Map<String, Consumer<Trial>> all() {
    Map<String, Consumer<Trial>> checks = new LinkedHashMap<>();
    checks.put("numbers come back as they were", MemoryChecks::roundTrips);
    checks.put("constants", MemoryChecks::constants);
    checks.put("views show the right numbers", MemoryChecks::views);
    checks.put("views share numbers and copies do not", MemoryChecks::sharing);
    checks.put("casts round to the nearest, and assignments convert", MemoryChecks::casts);
    checks.put("parts at indices", MemoryChecks::indices);
    return checks;
  }

  private static void roundTrips(Trial trial) {
    for (TensorType type : TensorType.values()) {
      if (type == TensorType.F8_E4M3) {
        continue;
      }
      for (List<Long> shape : List.of(List.<Long>of(), List.of(3L, 2L, 5L), List.of(0L, 4L))) {
        int elements = shape.stream().reduce(1L, Math::multiplyExact).intValue();
        byte[] bytes = new byte[elements * type.bytes()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (type == TensorType.BOOL ? i % 2 : i % 61);
        }
        Tensor tensor = new Tensor(type, shape, MemorySegment.ofArray(bytes.clone()));
        NativeTensor device = trial.in(tensor);
        that(device.type() == type && device.shape().equals(shape), type + " " + shape);
        that(trial.read(device).data().mismatch(tensor.data()) < 0, type + " " + shape);
      }
    }
  }

  private static void constants(Trial trial) {
    Operations operations = trial.operations;
    expect(trial, operations.zeros(F32, List.of(2L, 3L)), 0, 0, 0, 0, 0, 0);
    that(operations.zeros(BF16, List.of(2L)).type() == BF16, "zeros of bf16");
    expect(trial, operations.full(2.5, List.of(3L)), 2.5f, 2.5f, 2.5f);
    expect(trial, operations.full(-1, List.of()), -1);
    long[] numbers = longs(trial, operations.range(5));
    that(Arrays.equals(numbers, new long[] {0, 1, 2, 3, 4}), "range");
  }

  private static void views(Trial trial) {
    Operations operations = trial.operations;
    NativeTensor x = trial.in(Tensor.ofFloats(F32, List.of(2L, 3L), counted(6)));
    expect(trial, operations.alias(x), 0, 1, 2, 3, 4, 5);
    expect(trial, operations.reshape(x, List.of(3L, 2L)), 0, 1, 2, 3, 4, 5);
    expect(trial, operations.permute(x, List.of(1, 0)), 0, 3, 1, 4, 2, 5);
    expect(trial, operations.slice(x, 1, 1, 3), 1, 2, 4, 5);
    expect(trial, operations.slice(x, 0, 1, 1));
    expect(trial, operations.select(x, 0, 1), 3, 4, 5);
    expect(trial, operations.select(x, 1, 2), 2, 5);
    NativeTensor row = trial.keep(operations.slice(x, 0, 1, 2));
    expect(trial, operations.expand(row, List.of(2L, 2L, 3L)), 3, 4, 5, 3, 4, 5, 3, 4, 5, 3, 4, 5);
    NativeTensor turned = trial.keep(operations.permute(x, List.of(1, 0)));
    expect(trial, operations.reshape(turned, List.of(6L)), 0, 3, 1, 4, 2, 5);
    NativeTensor column = trial.keep(operations.slice(turned, 0, 1, 3));
    expect(trial, operations.select(column, 1, 1), 4, 5);
    expect(trial, operations.concat(List.of(x, row), 0), 0, 1, 2, 3, 4, 5, 3, 4, 5);
    expect(trial, operations.concat(List.of(x, x), 1), 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5);
  }

  private static void sharing(Trial trial) {
    Operations operations = trial.operations;
    NativeTensor x = trial.in(Tensor.ofFloats(F32, List.of(2L, 3L), counted(6)));
    NativeTensor copy = trial.keep(operations.copy(x));
    NativeTensor column = trial.keep(operations.select(x, 1, 1));
    NativeTensor alias = operations.alias(x);
    operations.add(column, trial.scalar(10), 1);
    expect(trial, alias, 0, 11, 2, 3, 14, 5);
    expect(trial, copy, 0, 1, 2, 3, 4, 5);
    operations.scale(List.of(column), trial.scalar(0));
    expect(trial, operations.cast(x, F32), 0, 0, 2, 3, 0, 5);
    operations.assign(column, trial.in(Tensor.ofLongs(7, 8)));
    expect(trial, operations.alias(x), 0, 7, 2, 3, 8, 5);
  }

  private static void casts(Trial trial) {
    Operations operations = trial.operations;
    float[] values = {1 + 1 / 256f, 1 + 3 / 256f, -3.1415927f, 1e30f};
    NativeTensor x = trial.in(Tensor.ofFloats(F32, List.of(2L, 2L), values));
    NativeTensor rounded = trial.keep(operations.cast(x, BF16));
    that(rounded.type() == BF16, "type of a cast");
    float[] expected = Trial.floats(Tensor.ofFloats(BF16, List.of(4L), values));
    expect(trial, operations.cast(rounded, F32), expected);
    NativeTensor into = trial.keep(operations.zeros(BF16, List.of(2L, 2L)));
    operations.assign(into, x);
    expect(trial, operations.cast(into, F32), expected);
    NativeTensor whole = trial.in(Tensor.ofLongs(3, -4));
    that(trial.keep(operations.cast(whole, I32)).type() == I32, "int32");
    expect(trial, operations.cast(whole, F32), 3, -4);
  }

  private static void indices(Trial trial) {
    Operations operations = trial.operations;
    for (String kind : List.of("f32", "bf16")) {
      TensorType type = kind.equals("f32") ? F32 : BF16;
      String name = "take." + kind;
      NativeTensor rows = trial.in("take.rows");
      NativeTensor columns = trial.in("take.columns");
      trial.expect(operations.take(trial.in(name), 0, rows), type, name + ".rows");
      trial.expect(operations.take(trial.in(name), 1, columns), type, name + ".columns");
      NativeTensor sum = trial.in(name);
      operations.addTaken(sum, 0, rows, trial.in(name + ".parts"));
      trial.expect(operations.alias(sum), type, name + ".added");
      NativeTensor columnSum = trial.in(name);
      operations.addTaken(columnSum, 1, columns, trial.in(name + ".column_parts"));
      trial.expect(operations.alias(columnSum), type, name + ".columns_added");
    }
    trial.expect(
        operations.gather(trial.in("take.f32"), trial.in("gather.indices")), F32, "gather");
  }

  private static long[] longs(Trial trial, NativeTensor tensor) {
    that(trial.keep(tensor).type() == I64, "type " + tensor.type());
    try {
      return trial.read(tensor).toLongs();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void expect(Trial trial, NativeTensor tensor, float... expected) {
    float[] actual = Trial.floats(trial.read(trial.keep(tensor)));
    that(
        Arrays.equals(actual, expected),
        "%s, expected %s".formatted(Arrays.toString(actual), Arrays.toString(expected)));
  }

  private static float[] counted(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }
}
