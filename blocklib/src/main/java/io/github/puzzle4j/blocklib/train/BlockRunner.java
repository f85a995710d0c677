package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Kernels;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs the parts of a model of one shape: embedding, subblocks of any variant, LM head. Hidden
 * states are {@code [batch, tokens, hidden]} in float32.
 *
 * <p>Results belong to the memory of the hidden states that are passed in; pass those of a short
 * scope. Shapes are checked here, since a wrong one would abort the process inside a kernel.
 */
public final class BlockRunner implements AutoCloseable {

  /** In the order of the kernel, which takes what a family has not as an empty tensor. */
  private static final List<String> ATTENTION_WEIGHTS =
      List.of(
          TensorNames.ATTENTION_NORM,
          TensorNames.QUERY,
          TensorNames.KEY,
          TensorNames.VALUE,
          TensorNames.ATTENTION_OUTPUT,
          TensorNames.QUERY_BIAS,
          TensorNames.KEY_BIAS,
          TensorNames.VALUE_BIAS,
          TensorNames.ATTENTION_OUTPUT_BIAS,
          TensorNames.QUERY_NORM,
          TensorNames.KEY_NORM);

  /** The norm, and the matrices of query, key, value and output. */
  private static final int STEP_WEIGHTS = 5;

  private final DeviceMemory memory;
  private final ModelConfig config;
  private final Kernels kernels;
  private final RotaryTable rotary;
  private final WindowMasks windows;
  private final Precision precision;
  private final DeviceTensor none;

  /**
   * A runner whose kernels and tables live until it is closed.
   *
   * @throws IllegalArgumentException if such a model can be priced but not computed
   */
  public BlockRunner(DeviceMemory parent, ModelConfig config, Precision precision) {
    Optional<String> objection = config.objectionToComputing();
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    this.memory = parent.newScope();
    this.config = config;
    this.kernels = new Kernels(memory, precision, config.normEpsilon());
    this.rotary = new RotaryTable(memory, config);
    this.windows = new WindowMasks(memory);
    this.precision = precision;
    this.none = memory.zeros(0);
  }

  /** The shape that this runner is for. */
  public ModelConfig config() {
    return config;
  }

  Kernels kernels() {
    return kernels;
  }

  /**
   * Looks tokens up: {@code [batch, tokens]} int64 to hidden states.
   *
   * @throws IllegalArgumentException if an id is outside of the vocabulary
   */
  public DeviceTensor embed(DeviceTensor ids, DeviceTensor table, boolean training) {
    requireShape("embedding", table, config.vocabularySize(), config.hiddenSize());
    requireTokens("ids", ids);
    return kernels.call("embed", training, ids, List.of(table));
  }

  /** Both subblocks of a layer with their residuals. */
  public DeviceTensor block(BlockWeights weights, DeviceTensor hidden, boolean training) {
    DeviceTensor middle =
        attention(weights.variant().attention(), hidden, weights.attention(), training);
    return ffn(weights.variant().ffn(), middle, weights.ffn(), training);
  }

  /** An attention subblock with its residual; the hidden states themselves where it is left out. */
  public DeviceTensor attention(
      AttentionVariant variant, DeviceTensor hidden, List<DeviceTensor> weights, boolean training) {
    requireHidden(hidden);
    requireWeights(variant.id(), weights, TensorNames.attention(config, variant).values());
    return switch (variant) {
      case AttentionVariant.Teacher(),
          AttentionVariant.GroupedQuery(_),
          AttentionVariant.SlidingWindow(_) ->
          softmax(variant, hidden, weights, training);
      case AttentionVariant.Linear() -> kernels.call("linear", training, hidden, weights);
      case AttentionVariant.NoOp() -> hidden;
    };
  }

  private DeviceTensor softmax(
      AttentionVariant variant, DeviceTensor hidden, List<DeviceTensor> weights, boolean training) {
    long tokens = hidden.size(1);
    int window = variant.window(config);
    RotaryTable.Angles angles = rotary.angles(tokens);
    List<String> names = List.copyOf(TensorNames.attention(config, variant).keySet());
    List<DeviceTensor> arguments = new ArrayList<>();
    for (String name : ATTENTION_WEIGHTS) {
      int index = names.indexOf(name);
      arguments.add(index < 0 ? none : weights.get(index));
    }
    arguments.add(angles.cos());
    arguments.add(angles.sin());
    arguments.add(
        window != AttentionTraits.FULL && window < tokens ? windows.mask(tokens, window) : none);
    arguments.add(none);
    return kernels.call("attention", training, hidden, arguments);
  }

  /** Weights as products take them, for the place of the float32 ones: no call converts them. */
  public DeviceTensor stored(DeviceTensor matrix) {
    return kernels.call("stored", false, matrix, List.of());
  }

  /**
   * An attention subblock that reads one further token of each sequence, with its residual. The
   * token's key and value are put in the last place of the cache. Rotated by the angles of the
   * first position, biases and norms of heads left out: for measurements of time, not for text.
   *
   * @param hidden {@code [batch, 1, hidden]}
   * @param keys {@link #stored} {@code [batch, kvHeads, tokens, headDim]}
   * @param values the same shape
   * @throws IllegalArgumentException if the variant caches nothing
   */
  public DeviceTensor attentionStep(
      AttentionVariant variant,
      DeviceTensor hidden,
      List<DeviceTensor> weights,
      DeviceTensor keys,
      DeviceTensor values) {
    requireHidden(hidden);
    requireWeights(variant.id(), weights, TensorNames.attention(config, variant).values());
    AttentionShape heads =
        variant
            .cachedHeads(config)
            .orElseThrow(() -> new IllegalArgumentException(variant.id() + " caches nothing"));
    List<Long> cache = keys.shape();
    require(
        hidden.size(1) == 1
            && cache.size() == 4
            && keys.elements() > 0
            && keys.size(0) == hidden.size(0)
            && keys.size(1) == heads.kvHeads()
            && keys.size(3) == heads.headDim()
            && values.shape().equals(cache)
            && isStored(keys)
            && isStored(values),
        () ->
            "cache of %s and %s is not stored [batch, %d, tokens, %d] of one token for each of %s"
                .formatted(
                    cache, values.shape(), heads.kvHeads(), heads.headDim(), hidden.shape()));
    RotaryTable.Angles angles = rotary.angles(1);
    List<DeviceTensor> arguments = new ArrayList<>(weights.subList(0, STEP_WEIGHTS));
    arguments.addAll(List.of(angles.cos(), angles.sin(), keys, values, none));
    return kernels.call("attention_step", false, hidden, arguments);
  }

  /** An FFN subblock with its residual; the hidden states themselves where it is left out. */
  public DeviceTensor ffn(
      FfnVariant variant, DeviceTensor hidden, List<DeviceTensor> weights, boolean training) {
    requireHidden(hidden);
    requireWeights(variant.id(), weights, TensorNames.ffn(config, variant).values());
    return switch (variant) {
      case FfnVariant.Teacher(), FfnVariant.Pruned(_) ->
          kernels.call("gated", training, hidden, weights);
      case FfnVariant.Experts(_) ->
          throw new IllegalArgumentException("%s cannot be computed".formatted(variant.id()));
      case FfnVariant.Linear() -> kernels.call("linear", training, hidden, weights);
      case FfnVariant.NoOp() -> hidden;
    };
  }

  /**
   * How much each FFN channel contributes, summed over tokens: |h| times the norm of its column of
   * the down projection (method of Puzzle, arXiv 2411.19146, appendix on channel contribution).
   *
   * @param variant the gated FFN whose channels these are
   * @param hidden what enters the FFN subblock
   * @return {@code [channels]}
   */
  DeviceTensor channelContribution(
      FfnVariant variant, DeviceTensor hidden, List<DeviceTensor> weights) {
    requireHidden(hidden);
    require(variant.channels(config) > 0, () -> variant.id() + " has no channels");
    requireWeights(variant.id(), weights, TensorNames.ffn(config, variant).values());
    return kernels.call("channel_contribution", false, hidden, weights);
  }

  /** Final norm and LM head: hidden states to logits {@code [batch, tokens, vocabulary]}. */
  public DeviceTensor logits(
      DeviceTensor hidden, DeviceTensor norm, DeviceTensor head, boolean training) {
    requireHidden(hidden);
    requireShape("final norm", norm, config.hiddenSize());
    requireShape("LM head", head, config.vocabularySize(), config.hiddenSize());
    return kernels.call("head", training, hidden, List.of(norm, head));
  }

  /**
   * What each position's prediction is worth against a teacher's: KL divergence from the teacher's
   * distribution (nats), negative log likelihood of the target (nats), and how many tokens greedy
   * decoding would prefer to the target: the likelier ones, and of equally likely ones those before
   * it. All of them where a logit is no number.
   *
   * @param logits {@code [batch, tokens, vocabulary]}
   * @param teacherLogits the same shape; the logits themselves where there is no teacher
   * @param targets int64 {@code [batch, tokens]}, see {@link TokenBatch#targets}
   * @return {@code [3, batch, tokens]} in the memory of {@code logits}
   */
  public DeviceTensor tokenMetrics(
      DeviceTensor logits, DeviceTensor teacherLogits, DeviceTensor targets) {
    requireTokens("targets", targets);
    requireShape("logits", logits, shapeOf(targets, config.vocabularySize()));
    requireShape("teacher's logits", teacherLogits, shapeOf(targets, config.vocabularySize()));
    return kernels.call("token_metrics", false, logits, List.of(teacherLogits, targets));
  }

  /** Ids decide about memory that is read, so that they are looked at each time. */
  private void requireTokens(String what, DeviceTensor tokens) {
    require(
        tokens.type() == TensorType.I64 && tokens.shape().size() == 2 && tokens.elements() > 0,
        () -> "%s are %s, not I64 [batch, tokens]".formatted(what, tokens));
    try (DeviceTensor smallest = tokens.min();
        DeviceTensor largest = tokens.max()) {
      long from = smallest.toLong();
      long to = largest.toLong();
      require(
          from >= 0 && to < config.vocabularySize(),
          () ->
              "%s from %d to %d do not fit into the vocabulary of %d"
                  .formatted(what, from, to, config.vocabularySize()));
    }
  }

  /**
   * What {@link #divergence} needs to know of a teacher's predictions, computed once for all models
   * that are compared with it.
   *
   * @param logits {@code [batch, tokens, vocabulary]}
   * @return {@code [batch, tokens, vocabulary + 1]}: probabilities and their negative entropy
   */
  public DeviceTensor reference(DeviceTensor logits) {
    requireStream("logits", logits, config.vocabularySize());
    return kernels.call("reference", false, logits, List.of());
  }

  /**
   * KL divergence from a teacher and negative log likelihood of the targets, both in nats: as
   * {@link #tokenMetrics}, at less than half the work.
   *
   * @param logits {@code [batch, tokens, vocabulary]}
   * @param reference the teacher's, see {@link #reference}
   * @param targets int64 {@code [batch, tokens]}, see {@link TokenBatch#targets}
   * @return {@code [2, batch, tokens]} in the memory of {@code logits}
   */
  public DeviceTensor divergence(
      DeviceTensor logits, DeviceTensor reference, DeviceTensor targets) {
    requireTokens("targets", targets);
    requireShape("logits", logits, shapeOf(targets, config.vocabularySize()));
    requireShape("reference", reference, shapeOf(targets, config.vocabularySize() + 1));
    return kernels.call("divergence", false, logits, List.of(reference, targets));
  }

  private void requireHidden(DeviceTensor hidden) {
    requireStream("hidden states", hidden, config.hiddenSize());
  }

  private static void requireStream(String what, DeviceTensor tensor, int width) {
    require(
        tensor.type() == TensorType.F32
            && tensor.shape().size() == 3
            && tensor.elements() > 0
            && tensor.size(2) == width,
        () -> "%s are %s, not F32 [batch, tokens, %d]".formatted(what, tensor, width));
  }

  private void requireWeights(
      String variant, List<DeviceTensor> weights, Collection<List<Long>> shapes) {
    require(
        weights.size() == shapes.size(),
        () -> "%s has %d weights, not %d".formatted(variant, weights.size(), shapes.size()));
    int index = 0;
    for (List<Long> shape : shapes) {
      DeviceTensor weight = weights.get(index);
      require(
          weight.shape().equals(shape)
              && (weight.type() == TensorType.F32 || (shape.size() > 1 && isStored(weight))),
          () -> "%s is %s, not F32 %s".formatted(variant, weight, shape));
      index++;
    }
  }

  private boolean isStored(DeviceTensor tensor) {
    return tensor.type() == precision.type();
  }

  private static List<Long> shapeOf(DeviceTensor tokens, long width) {
    return List.of(tokens.size(0), tokens.size(1), width);
  }

  private static void requireShape(String what, DeviceTensor tensor, long... shape) {
    requireShape(what, tensor, DeviceTensor.shapeOf(shape));
  }

  private static void requireShape(String what, DeviceTensor tensor, List<Long> shape) {
    require(
        tensor.shape().equals(shape) && tensor.type() == TensorType.F32,
        () -> "%s is %s, not F32 %s".formatted(what, tensor, shape));
  }

  private static void require(boolean condition, Supplier<String> problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem.get());
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
