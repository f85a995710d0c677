package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.subblock.CachedTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.scoring.cost.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/** All pieces of work of a question: each variant, with one token and with prompts. */
final class TorchCases {

  private static final int BYTES = 2;
  private static final float LARGEST_WEIGHT = 0.05f;
  private static final double CACHES = 2;

  /** Enough for prompts, whose arithmetic takes longer than reading weights. */
  private static final int FEWEST_COPIES = 2;

  private static final int MOST_COPIES = 64;

  private final ProfileQuestion question;
  private final Model teacher;
  private final BlockRunner runner;
  private final List<TorchCase> cases = new ArrayList<>();

  private TorchCases(ProfileQuestion question, BlockRunner runner) {
    this.question = question;
    this.teacher = question.teacher();
    this.runner = runner;
  }

  static List<TorchCase> of(ProfileQuestion question, BlockRunner runner) {
    TorchCases cases = new TorchCases(question, runner);
    question.attention().forEach(cases::add);
    question.ffn().forEach(cases::add);
    return cases.cases;
  }

  private void add(Ffn variant) {
    if (variant.operations(teacher.hiddenSize(), 1).isEmpty()) {
      return;
    }
    Map<String, List<Long>> shapes = variant.tensors(teacher.hiddenSize());
    int shortest = question.contexts().getFirst();
    for (int batch : question.batches()) {
      add(
          "ffn %s, %s".formatted(variant.id(), tokens(batch)),
          new Work.OfFfn(teacher, variant, Scenario.of(shortest, 1, batch), Work.Phase.TOKEN),
          copies(variant, 0),
          shapes,
          DeviceTensor.shapeOf(batch, 1, teacher.hiddenSize()),
          (hidden, weights) -> runner.ffn(variant, hidden, weights));
    }
    for (int tokens : question.contexts()) {
      add(
          "ffn %s, prompt of %d".formatted(variant.id(), tokens),
          new Work.OfFfn(teacher, variant, Scenario.of(tokens, 1, 1), Work.Phase.PROMPT),
          FEWEST_COPIES,
          shapes,
          DeviceTensor.shapeOf(1, tokens, teacher.hiddenSize()),
          (hidden, weights) -> runner.ffn(variant, hidden, weights));
    }
  }

  private void add(Attention variant) {
    if (variant.operations(teacher.hiddenSize(), 1).isEmpty()) {
      return;
    }
    Map<String, List<Long>> shapes = variant.tensors(teacher.hiddenSize());
    for (int tokens : question.contexts()) {
      add(
          "attention %s, prompt of %d".formatted(variant.id(), tokens),
          new Work.OfAttention(teacher, variant, Scenario.of(tokens, 1, 1), Work.Phase.PROMPT),
          FEWEST_COPIES,
          shapes,
          DeviceTensor.shapeOf(1, tokens, teacher.hiddenSize()),
          (hidden, weights) -> runner.attention(variant, hidden, weights));
      for (int batch : question.batches()) {
        addStep(variant, shapes, tokens, batch);
      }
    }
  }

  private void addStep(Attention variant, Map<String, List<Long>> shapes, int context, int batch) {
    Work work =
        new Work.OfAttention(teacher, variant, Scenario.of(context, 1, batch), Work.Phase.TOKEN);
    List<Long> hidden = DeviceTensor.shapeOf(batch, 1, teacher.hiddenSize());
    Optional<KvCache> heads = variant.cache();
    String what = "attention %s, %s after %d".formatted(variant.id(), tokens(batch), context);
    if (heads.isEmpty()) {
      if (context == question.contexts().getFirst()) {
        add(
            what,
            work,
            copies(variant, 0),
            shapes,
            hidden,
            (x, weights) -> runner.attention(variant, x, weights));
      }
      return;
    }
    // Only the tokens of a window are cached and priced.
    List<Long> cache =
        DeviceTensor.shapeOf(
            batch, heads.get().kvHeads(), heads.get().tokens(context), heads.get().headDim());
    int copies = copies(variant, 2 * BYTES * cache.stream().reduce(1L, Math::multiplyExact));
    cases.add(
        new TorchCase(
            what,
            work,
            copies,
            scope -> {
              DeviceTensor x = random(scope, hidden);
              List<Map<String, DeviceTensor>> weights = weights(scope, shapes, copies);
              List<DeviceTensor> keys = new ArrayList<>();
              List<DeviceTensor> values = new ArrayList<>();
              for (int copy = 0; copy < copies; copy++) {
                keys.add(stored(scope, cache));
                values.add(stored(scope, cache));
              }
              return lap(
                  copies,
                  copy ->
                      runner.attention(
                          variant,
                          x,
                          weights.get(copy),
                          new CachedTokens(keys.get(copy), values.get(copy), cache.get(2) - 1)));
            }));
  }

  private void add(
      String what,
      Work work,
      int copies,
      Map<String, List<Long>> shapes,
      List<Long> hidden,
      BiFunction<DeviceTensor, Map<String, DeviceTensor>, DeviceTensor> kernel) {
    cases.add(
        new TorchCase(
            what,
            work,
            copies,
            scope -> {
              DeviceTensor x = random(scope, hidden);
              List<Map<String, DeviceTensor>> weights = weights(scope, shapes, copies);
              return lap(copies, copy -> kernel.apply(x, weights.get(copy)));
            }));
  }

  /** Reads one element of the result, since GPU calls are asynchronous. */
  private static TorchCase.Lap lap(int copies, IntFunction<DeviceTensor> call) {
    return () -> {
      for (int copy = 0; copy < copies; copy++) {
        try (DeviceTensor result = call.apply(copy)) {
          if (copy == copies - 1) {
            result.toFloat(0, 0, 0);
          }
        }
      }
    };
  }

  private List<Map<String, DeviceTensor>> weights(
      DeviceMemory scope, Map<String, List<Long>> shapes, int copies) {
    List<Map<String, DeviceTensor>> all = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      Map<String, DeviceTensor> weights = new LinkedHashMap<>();
      shapes.forEach((name, shape) ->
          weights.put(name, shape.size() == 1 ? random(scope, shape) : stored(scope, shape)));
      all.add(weights);
    }
    return all;
  }

  private DeviceTensor stored(DeviceMemory scope, List<Long> shape) {
    try (DeviceTensor exact = random(scope, shape)) {
      return runner.stored(exact);
    }
  }

  private static DeviceTensor random(DeviceMemory scope, List<Long> shape) {
    return scope.uniform(
        new SplittableRandom(shape.hashCode()), -LARGEST_WEIGHT, LARGEST_WEIGHT, shape);
  }

  private int copies(Subblock variant, long cacheBytes) {
    double bytes = BYTES * (double) variant.parameters(teacher.hiddenSize()) + cacheBytes;
    return Math.clamp(
        (long) Math.ceil(CACHES * question.cacheBytes() / bytes), FEWEST_COPIES, MOST_COPIES);
  }

  private static String tokens(int count) {
    return count == 1 ? "1 token" : count + " tokens";
  }
}
