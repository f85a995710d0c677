package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.scoring.cost.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
  private final ModelConfig config;
  private final BlockRunner runner;
  private final List<TorchCase> cases = new ArrayList<>();

  private TorchCases(ProfileQuestion question, BlockRunner runner) {
    this.question = question;
    this.config = question.config();
    this.runner = runner;
  }

  static List<TorchCase> of(ProfileQuestion question, BlockRunner runner) {
    TorchCases cases = new TorchCases(question, runner);
    question.space().attention().forEach(cases::add);
    question.space().ffn().forEach(cases::add);
    return cases.cases;
  }

  private void add(FfnVariant variant) {
    if (variant.operations(config).isEmpty()) {
      return;
    }
    Collection<List<Long>> shapes = TensorNames.ffn(config, variant).values();
    int shortest = question.contexts().getFirst();
    for (int batch : question.batches()) {
      add(
          "ffn %s, %s".formatted(variant.id(), tokens(batch)),
          new Work.Ffn(config, variant, Scenario.of(shortest, 1, batch), Work.Phase.TOKEN),
          copies(variant, 0),
          shapes,
          DeviceTensor.shapeOf(batch, 1, config.hiddenSize()),
          (hidden, weights) -> runner.ffn(variant, hidden, weights, false));
    }
    for (int tokens : question.contexts()) {
      add(
          "ffn %s, prompt of %d".formatted(variant.id(), tokens),
          new Work.Ffn(config, variant, Scenario.of(tokens, 1, 1), Work.Phase.PROMPT),
          FEWEST_COPIES,
          shapes,
          DeviceTensor.shapeOf(1, tokens, config.hiddenSize()),
          (hidden, weights) -> runner.ffn(variant, hidden, weights, false));
    }
  }

  private void add(AttentionVariant variant) {
    if (variant.operations(config).isEmpty()) {
      return;
    }
    Collection<List<Long>> shapes = TensorNames.attention(config, variant).values();
    for (int tokens : question.contexts()) {
      add(
          "attention %s, prompt of %d".formatted(variant.id(), tokens),
          new Work.Attention(config, variant, Scenario.of(tokens, 1, 1), Work.Phase.PROMPT),
          FEWEST_COPIES,
          shapes,
          DeviceTensor.shapeOf(1, tokens, config.hiddenSize()),
          (hidden, weights) -> runner.attention(variant, hidden, weights, false));
      for (int batch : question.batches()) {
        addStep(variant, shapes, tokens, batch);
      }
    }
  }

  private void addStep(
      AttentionVariant variant, Collection<List<Long>> shapes, int context, int batch) {
    Work work =
        new Work.Attention(config, variant, Scenario.of(context, 1, batch), Work.Phase.TOKEN);
    List<Long> hidden = DeviceTensor.shapeOf(batch, 1, config.hiddenSize());
    Optional<AttentionShape> heads = variant.cachedHeads(config);
    String what = "attention %s, %s after %d".formatted(variant.id(), tokens(batch), context);
    if (heads.isEmpty()) {
      if (context == question.contexts().getFirst()) {
        add(
            what,
            work,
            copies(variant, 0),
            shapes,
            hidden,
            (x, weights) -> runner.attention(variant, x, weights, false));
      }
      return;
    }
    List<Long> cache =
        DeviceTensor.shapeOf(batch, heads.get().kvHeads(), context, heads.get().headDim());
    int copies = copies(variant, 2 * BYTES * cache.stream().reduce(1L, Math::multiplyExact));
    cases.add(
        new TorchCase(
            what,
            work,
            copies,
            scope -> {
              DeviceTensor x = random(scope, hidden);
              List<List<DeviceTensor>> weights = weights(scope, shapes, copies);
              List<DeviceTensor> keys = new ArrayList<>();
              List<DeviceTensor> values = new ArrayList<>();
              for (int copy = 0; copy < copies; copy++) {
                keys.add(stored(scope, cache));
                values.add(stored(scope, cache));
              }
              return lap(
                  copies,
                  copy ->
                      runner.attentionStep(
                          variant, x, weights.get(copy), keys.get(copy), values.get(copy)));
            }));
  }

  private void add(
      String what,
      Work work,
      int copies,
      Collection<List<Long>> shapes,
      List<Long> hidden,
      BiFunction<DeviceTensor, List<DeviceTensor>, DeviceTensor> kernel) {
    cases.add(
        new TorchCase(
            what,
            work,
            copies,
            scope -> {
              DeviceTensor x = random(scope, hidden);
              List<List<DeviceTensor>> weights = weights(scope, shapes, copies);
              return lap(copies, copy -> kernel.apply(x, weights.get(copy)));
            }));
  }

  /** A GPU has done a call when a number of its result has come back. */
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

  private List<List<DeviceTensor>> weights(
      DeviceMemory scope, Collection<List<Long>> shapes, int copies) {
    List<List<DeviceTensor>> all = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      List<DeviceTensor> weights = new ArrayList<>();
      for (List<Long> shape : shapes) {
        weights.add(shape.size() == 1 ? random(scope, shape) : stored(scope, shape));
      }
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
    return scope.uniform(-LARGEST_WEIGHT, LARGEST_WEIGHT, shape);
  }

  private int copies(Subblock variant, long cacheBytes) {
    double bytes = BYTES * (double) variant.parameters(config) + cacheBytes;
    return Math.clamp(
        (long) Math.ceil(CACHES * question.cacheBytes() / bytes), FEWEST_COPIES, MOST_COPIES);
  }

  private static String tokens(int count) {
    return count == 1 ? "1 token" : count + " tokens";
  }
}
