package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Losses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Backward passes of losses, and of the head before them: hidden states, gain, matrix. */
final class LossSlopes {

  private static final int TOKENS = 5;
  private static final int HIDDEN = 4;
  private static final int VOCABULARY = 7;

  /** Positions at a time; the last slice is smaller. */
  private static final int SLICE = 2;

  private static final long[] NEXT = {3, 0, 6, 3, 1};

  private LossSlopes() {}

  static Map<String, Consumer<Slopes>> all() {
    Map<String, Consumer<Slopes>> checks = new LinkedHashMap<>();
    checks.put("square error", s -> s.argument(0, 2, 3, 4).check(LossSlopes::squareError));
    checks.put("cosine", s -> s.argument(0, 2, 3, 4).check(LossSlopes::cosine));
    checks.put("cross entropy", s -> head(s).check(a -> crossEntropy(logits(a, 0, TOKENS))));
    checks.put("cross entropy by slices", s -> head(s).check(a -> slices(a, Slice.LIKELIHOOD)));
    checks.put("cross entropy, tied", s -> tied(s).check(LossSlopes::ofTied));
    checks.put("divergence", s -> head(s).check(a -> Slice.DIVERGENCE.of(a, 0, TOKENS)));
    checks.put("divergence by slices", s -> head(s).check(a -> slices(a, Slice.DIVERGENCE)));
    return checks;
  }

  private static DeviceTensor squareError(List<DeviceTensor> all) {
    DeviceTensor child = all.getFirst();
    return Losses.squareError(child, Slopes.constant(child.memory(), 0, 2, 3, 4));
  }

  private static DeviceTensor cosine(List<DeviceTensor> all) {
    DeviceTensor child = all.getFirst();
    return Losses.cosine(child, Slopes.constant(child.memory(), 0, 2, 3, 4));
  }

  private static Slopes head(Slopes slopes) {
    return slopes
        .argument(0, 1, TOKENS, HIDDEN)
        .argument(1, HIDDEN)
        .argument(0, VOCABULARY, HIDDEN);
  }

  private static DeviceTensor logits(List<DeviceTensor> all, int from, int to) {
    DeviceTensor hidden = all.get(0).slice(1, from, to);
    return SubblockSlopes.context(hidden.memory()).normed(hidden, all.get(1)).linear(all.get(2));
  }

  private static DeviceTensor crossEntropy(DeviceTensor logits) {
    DeviceMemory scope = logits.memory();
    DeviceTensor weights = scope.doubles(new double[] {1, 0.5, 0, 2, 1}, 1, TOKENS);
    return Losses.crossEntropy(logits, scope.longs(NEXT, 1, TOKENS), weights);
  }

  /** The embedding and the head are one matrix. */
  private static Slopes tied(Slopes slopes) {
    return slopes.argument(1, HIDDEN).argument(0, VOCABULARY, HIDDEN);
  }

  private static DeviceTensor ofTied(List<DeviceTensor> all) {
    DeviceTensor gain = all.get(0);
    DeviceTensor table = all.get(1);
    DeviceTensor hidden = table.memory().longs(new long[] {1, 3, 0, 6, 3}, 1, 5).rowsOf(table);
    return crossEntropy(logits(List.of(hidden, gain, table), 0, TOKENS));
  }

  /** A loss of some positions. */
  private interface Slice {

    Slice LIKELIHOOD = LossSlopes::likelihood;
    Slice DIVERGENCE = LossSlopes::divergence;

    DeviceTensor of(List<DeviceTensor> all, int from, int to);
  }

  private static DeviceTensor likelihood(List<DeviceTensor> all, int from, int to) {
    DeviceTensor logits = logits(all, from, to);
    DeviceMemory scope = logits.memory();
    DeviceTensor next = scope.longs(NEXT, 1, TOKENS).slice(1, from, to);
    DeviceTensor shares = Slopes.constant(scope, 1, 1, TOKENS).slice(1, from, to);
    return Losses.likelihoodLoss(logits, next, shares);
  }

  private static DeviceTensor divergence(List<DeviceTensor> all, int from, int to) {
    DeviceTensor logits = logits(all, from, to);
    DeviceTensor teacher =
        Slopes.constant(logits.memory(), 0, 1, TOKENS, VOCABULARY).slice(1, from, to);
    return Losses.divergence(logits, teacher).mul((to - from) / (float) TOKENS);
  }

  private static DeviceTensor slices(List<DeviceTensor> all, Slice loss) {
    return IntStream.iterate(0, from -> from < TOKENS, from -> from + SLICE)
        .mapToObj(from -> loss.of(all, from, Math.min(TOKENS, from + SLICE)))
        .reduce(DeviceTensor::add)
        .orElseThrow();
  }
}
