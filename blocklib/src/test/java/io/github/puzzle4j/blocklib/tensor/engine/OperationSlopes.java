package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Backward passes of single operations. */
final class OperationSlopes {

  private static final double EPSILON = 1e-3;

  private OperationSlopes() {}

  static Map<String, Consumer<Slopes>> all() {
    Map<String, Consumer<Slopes>> checks = new LinkedHashMap<>();
    arithmetic(checks);
    views(checks);
    parts(checks);
    attention(checks);
    return checks;
  }

  private static void arithmetic(Map<String, Consumer<Slopes>> checks) {
    checks.put("sum, spread", s -> pair(s).check(a -> a.get(0).add(a.get(1))));
    checks.put("difference, spread", s -> pair(s).check(a -> a.get(0).sub(a.get(1))));
    checks.put("product, spread", s -> pair(s).check(a -> a.get(0).mul(a.get(1))));
    checks.put("quotient, spread", s -> pair(s).check(a -> a.get(0).div(a.get(1))));
    checks.put("numbers", s -> one(s).check(a -> a.getFirst().mul(3).add(2).div(4).neg()));
    checks.put("square", s -> one(s).check(a -> a.getFirst().square()));
    checks.put("square root", s -> one(s).check(a -> a.getFirst().square().add(1).sqrt()));
    checks.put("exponential", s -> one(s).check(a -> a.getFirst().exp()));
    checks.put("logarithm", s -> one(s).check(a -> a.getFirst().square().add(1).log()));
    checks.put("softmax", s -> one(s).check(a -> a.getFirst().softmax()));
    checks.put("log softmax", s -> one(s).check(a -> a.getFirst().logSoftmax()));
    checks.put("sum along axes", s -> one(s).check(a -> a.getFirst().square().sum(0, 2)));
    checks.put("mean along an axis", s -> one(s).check(a -> a.getFirst().square().mean(1)));
    checks.put("mean of all", s -> one(s).check(a -> a.getFirst().square().mean()));
    checks.put("used twice", s -> one(s).check(a -> a.getFirst().exp().mul(a.getFirst())));
    checks.put(
        "product of matrices",
        s -> s.argument(0, 2, 3, 4).argument(0, 4, 2).check(a -> a.getFirst().matMul(a.get(1))));
  }

  private static Slopes one(Slopes slopes) {
    return slopes.argument(0.5, 2, 3, 4);
  }

  private static Slopes pair(Slopes slopes) {
    return slopes.argument(0, 2, 3, 4).argument(3, 3, 1);
  }

  private static void views(Map<String, Consumer<Slopes>> checks) {
    checks.put("reshape", s -> one(s).check(a -> a.getFirst().exp().reshape(4, -1)));
    checks.put("transpose", s -> one(s).check(a -> a.getFirst().transpose(2, 0, 1).exp()));
    checks.put("slice", s -> one(s).check(a -> slices(a.getFirst())));
    checks.put("concat", s -> one(s).check(a -> joined(a.getFirst())));
    checks.put("expand", s -> s.argument(0, 3, 1).check(a -> spread(a.getFirst())));
    checks.put("repeat", s -> one(s).check(a -> a.getFirst().repeat(1, 2).square()));
    checks.put("take, repeated", s -> one(s).check(a -> taken(a.getFirst())));
    checks.put("rows of a table", s -> s.argument(0, 5, 3).check(a -> rows(a.getFirst())));
    checks.put("computed again", s -> one(s).check(a -> again(s, a.getFirst())));
  }

  private static DeviceTensor slices(DeviceTensor x) {
    return x.slice(1, 0, 2).mul(x.slice(1, 1, 3));
  }

  private static DeviceTensor joined(DeviceTensor x) {
    return DeviceTensor.concat(List.of(x.exp(), x, x.square()), 2);
  }

  private static DeviceTensor spread(DeviceTensor x) {
    return x.exp().expand(List.of(2L, 3L, 4L)).square();
  }

  private static DeviceTensor taken(DeviceTensor x) {
    DeviceTensor indices = x.memory().longs(new long[] {2, 0, 2, 1}, 4);
    return x.exp().take(1, indices).square();
  }

  private static DeviceTensor rows(DeviceTensor table) {
    return table.memory().longs(new long[] {4, 1, 1, 0}, 2, 2).rowsOf(table).square();
  }

  private static DeviceTensor again(Slopes slopes, DeviceTensor x) {
    return slopes.recomputed(x.square(), inner -> inner.exp().mul(inner).softmax());
  }

  private static void parts(Map<String, Consumer<Slopes>> checks) {
    checks.put(
        "linear",
        s -> s.argument(0, 2, 3, 4).argument(0, 5, 4).check(a -> a.getFirst().linear(a.get(1))));
    checks.put(
        "RMS norm",
        s ->
            s.argument(0, 2, 3, 4)
                .argument(1, 4)
                .check(a -> a.getFirst().rmsNorm(a.get(1), EPSILON)));
    checks.put(
        "RMS norm of heads",
        s ->
            s.argument(0, 1, 3, 2, 4)
                .argument(1, 4)
                .check(a -> a.getFirst().rmsNorm(a.get(1), EPSILON)));
    checks.put(
        "SwiGLU",
        s -> s.argument(0, 2, 3, 4).argument(0, 2, 3, 4).check(a -> a.get(0).swiglu(a.get(1))));
    checks.put("rotary embedding", s -> s.argument(0, 2, 3, 2, 4).check(a -> turned(a.get(0))));
  }

  private static DeviceTensor turned(DeviceTensor heads) {
    double[] cos = {1, 1, 1, 1, 0.5, 0.8, 0.5, 0.8, -0.4, 0.3, -0.4, 0.3};
    double[] sin = {0, 0, 0, 0, -0.9, -0.6, 0.9, 0.6, -0.7, -0.9, 0.7, 0.9};
    return heads.rotate(heads.memory().doubles(cos, 3, 4), heads.memory().doubles(sin, 3, 4));
  }

  private static void attention(Map<String, Consumer<Slopes>> checks) {
    for (int kvHeads : new int[] {4, 2, 1}) {
      checks.put(
          "causal attention to %d heads".formatted(kvHeads),
          s ->
              heads(s, 4, 5, kvHeads, 5)
                  .check(a -> a.get(0).attend(a.get(1), a.get(2), Optional.empty(), true)));
      checks.put(
          "attention of 2 tokens to %d heads of 5".formatted(kvHeads),
          s ->
              heads(s, 2, 5, kvHeads, 5)
                  .check(a -> a.get(0).attend(a.get(1), a.get(2), Optional.empty(), false)));
      checks.put(
          "attention to %d heads with a mask".formatted(kvHeads),
          s ->
              heads(s, 5, 5, kvHeads, 5)
                  .check(a -> a.get(0).attend(a.get(1), a.get(2), mask(a.getFirst()), false)));
    }
  }

  private static Slopes heads(Slopes slopes, long queries, long width, long kvHeads, long keys) {
    return slopes
        .argument(0, 2, 4, queries, width)
        .argument(0, 2, kvHeads, keys, width)
        .argument(0, 2, kvHeads, keys, width);
  }

  private static Optional<DeviceTensor> mask(DeviceTensor query) {
    float[] mask = new float[25];
    for (int i = 0; i < mask.length; i++) {
      int distance = i / 5 - i % 5;
      mask[i] = distance < 0 || distance > 2 ? Float.NEGATIVE_INFINITY : 0.1f * distance;
    }
    return Optional.of(query.memory().floats(mask, 5, 5));
  }
}
