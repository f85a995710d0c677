package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs the parts of a model of one shape: embedding, subblocks of any variant, LM head. Hidden
 * states are {@code [batch, tokens, hidden]} in float32.
 *
 * <p>Results belong to the manager of the hidden states that are passed in; pass those of a short
 * scope. Shapes are checked here, since a wrong one would abort the process inside a kernel.
 */
public final class BlockRunner implements AutoCloseable {

  /** Where {@link TensorNames#attention} has it, where there is one. */
  private static final int OUTPUT_BIAS = 8;

  /** The norm, and the matrices of query, key, value and output. */
  private static final int STEP_WEIGHTS = 5;

  private final NDManager manager;
  private final ModelConfig config;
  private final Kernels kernels;
  private final RotaryTable rotary;
  private final WindowMasks windows;
  private final Precision precision;

  /**
   * A runner whose kernels and tables live until it is closed.
   *
   * @throws IllegalArgumentException if such a model can be priced but not computed
   */
  public BlockRunner(NDManager parent, ModelConfig config, Precision precision) {
    Optional<String> objection = config.objectionToComputing();
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    this.manager = parent.newSubManager();
    this.config = config;
    this.kernels = new Kernels(manager, precision, config.normEpsilon());
    this.rotary = new RotaryTable(manager, config);
    this.windows = new WindowMasks(manager);
    this.precision = precision;
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
  public NDArray embed(NDArray ids, NDArray table, boolean training) {
    requireShape("embedding", table, new Shape(config.vocabularySize(), config.hiddenSize()));
    requireTokens("ids", ids);
    return kernels.call("embed", training, ids, List.of(table));
  }

  /** Both subblocks of a layer with their residuals. */
  public NDArray block(BlockWeights weights, NDArray hidden, boolean training) {
    NDArray middle =
        attention(weights.variant().attention(), hidden, weights.attention(), training);
    return ffn(weights.variant().ffn(), middle, weights.ffn(), training);
  }

  /** An attention subblock with its residual; the hidden states themselves where it is left out. */
  public NDArray attention(
      AttentionVariant variant, NDArray hidden, List<NDArray> weights, boolean training) {
    requireHidden(hidden);
    requireWeights(variant.id(), weights, TensorNames.attention(config, variant).values());
    return switch (variant) {
      case AttentionVariant.Teacher(),
          AttentionVariant.GroupedQuery(_),
          AttentionVariant.SlidingWindow(_) ->
          softmax(variant.window(config), hidden, weights, training);
      case AttentionVariant.Linear() -> kernels.call("linear", training, hidden, weights);
      case AttentionVariant.NoOp() -> hidden;
    };
  }

  private NDArray softmax(int window, NDArray hidden, List<NDArray> weights, boolean training) {
    long tokens = hidden.getShape().get(1);
    RotaryTable.Angles angles = rotary.angles(tokens);
    List<NDArray> arguments = new ArrayList<>(weights);
    Optional<NDArray> outputBias =
        config.traits().biases() == AttentionTraits.Biases.ALL
            ? Optional.of(arguments.remove(OUTPUT_BIAS))
            : Optional.empty();
    arguments.add(angles.cos());
    arguments.add(angles.sin());
    String kernel =
        switch (config.traits().biases()) {
              case NONE -> "attention";
              case QUERY_KEY_VALUE, ALL -> "biased_attention";
            }
            + switch (config.traits().headNorm()) {
              case NONE -> "";
              case QUERY_AND_KEY -> "_with_head_norms";
            };
    if (window != AttentionTraits.FULL && window < tokens) {
      arguments.add(windows.mask(tokens, window));
      kernel = "windowed_" + kernel;
    }
    NDArray output = kernels.call(kernel, training, hidden, arguments);
    return outputBias.map(output::add).orElse(output);
  }

  /** Weights as products take them, for the place of the float32 ones: no call converts them. */
  public NDArray stored(NDArray matrix) {
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
  public NDArray attentionStep(
      AttentionVariant variant,
      NDArray hidden,
      List<NDArray> weights,
      NDArray keys,
      NDArray values) {
    requireHidden(hidden);
    requireWeights(variant.id(), weights, TensorNames.attention(config, variant).values());
    AttentionShape heads =
        variant
            .cachedHeads(config)
            .orElseThrow(() -> new IllegalArgumentException(variant.id() + " caches nothing"));
    Shape cache = keys.getShape();
    require(
        hidden.getShape().get(1) == 1
            && cache.dimension() == 4
            && cache.size() > 0
            && cache.get(0) == hidden.getShape().get(0)
            && cache.get(1) == heads.kvHeads()
            && cache.get(3) == heads.headDim()
            && values.getShape().equals(cache)
            && isStored(keys)
            && isStored(values),
        () ->
            "cache of %s and %s is not stored [batch, %d, tokens, %d] of one token for each of %s"
                .formatted(
                    cache, values.getShape(), heads.kvHeads(), heads.headDim(), hidden.getShape()));
    RotaryTable.Angles angles = rotary.angles(1);
    List<NDArray> arguments = new ArrayList<>(weights.subList(0, STEP_WEIGHTS));
    arguments.addAll(List.of(angles.cos(), angles.sin(), keys, values));
    return kernels.call("attention_step", false, hidden, arguments);
  }

  /** An FFN subblock with its residual; the hidden states themselves where it is left out. */
  public NDArray ffn(FfnVariant variant, NDArray hidden, List<NDArray> weights, boolean training) {
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
  NDArray channelContribution(FfnVariant variant, NDArray hidden, List<NDArray> weights) {
    requireHidden(hidden);
    require(variant.channels(config) > 0, () -> variant.id() + " has no channels");
    requireWeights(variant.id(), weights, TensorNames.ffn(config, variant).values());
    return kernels.call("channel_contribution", false, hidden, weights);
  }

  /** Final norm and LM head: hidden states to logits {@code [batch, tokens, vocabulary]}. */
  public NDArray logits(NDArray hidden, NDArray norm, NDArray head, boolean training) {
    requireHidden(hidden);
    requireShape("final norm", norm, new Shape(config.hiddenSize()));
    requireShape("LM head", head, new Shape(config.vocabularySize(), config.hiddenSize()));
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
   * @return {@code [3, batch, tokens]} in the manager of {@code logits}
   */
  public NDArray tokenMetrics(NDArray logits, NDArray teacherLogits, NDArray targets) {
    requireTokens("targets", targets);
    Shape shape = targets.getShape().add(config.vocabularySize());
    requireShape("logits", logits, shape);
    requireShape("teacher's logits", teacherLogits, shape);
    return kernels.call("token_metrics", false, logits, List.of(teacherLogits, targets));
  }

  /** Ids decide about memory that is read, so that they are looked at each time. */
  private void requireTokens(String what, NDArray tokens) {
    Shape shape = tokens.getShape();
    require(
        tokens.getDataType() == DataType.INT64 && shape.dimension() == 2 && shape.size() > 0,
        () ->
            "%s are %s %s, not int64 [batch, tokens]".formatted(what, tokens.getDataType(), shape));
    try (NDArray smallest = tokens.min();
        NDArray largest = tokens.max()) {
      long from = smallest.getLong();
      long to = largest.getLong();
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
  public NDArray reference(NDArray logits) {
    Shape shape = logits.getShape();
    require(
        shape.dimension() == 3
            && shape.size() > 0
            && shape.get(2) == config.vocabularySize()
            && logits.getDataType() == DataType.FLOAT32,
        () ->
            "logits are %s %s, not float32 [batch, tokens, %d]"
                .formatted(logits.getDataType(), shape, config.vocabularySize()));
    return kernels.call("reference", false, logits, List.of());
  }

  /**
   * KL divergence from a teacher and negative log likelihood of the targets, both in nats: as
   * {@link #tokenMetrics}, at less than half the work.
   *
   * @param logits {@code [batch, tokens, vocabulary]}
   * @param reference the teacher's, see {@link #reference}
   * @param targets int64 {@code [batch, tokens]}, see {@link TokenBatch#targets}
   * @return {@code [2, batch, tokens]} in the manager of {@code logits}
   */
  public NDArray divergence(NDArray logits, NDArray reference, NDArray targets) {
    requireTokens("targets", targets);
    Shape tokens = targets.getShape();
    requireShape("logits", logits, tokens.add(config.vocabularySize()));
    requireShape("reference", reference, tokens.add(config.vocabularySize() + 1));
    return kernels.call("divergence", false, logits, List.of(reference, targets));
  }

  private void requireHidden(NDArray hidden) {
    Shape shape = hidden.getShape();
    require(
        shape.dimension() == 3
            && shape.size() > 0
            && shape.get(2) == config.hiddenSize()
            && hidden.getDataType() == DataType.FLOAT32,
        () ->
            "hidden states are %s %s, not float32 [batch, tokens, %d]"
                .formatted(hidden.getDataType(), shape, config.hiddenSize()));
  }

  private void requireWeights(
      String variant, List<NDArray> weights, Collection<List<Long>> shapes) {
    require(
        weights.size() == shapes.size(),
        () -> "%s has %d weights, not %d".formatted(variant, weights.size(), shapes.size()));
    int index = 0;
    for (List<Long> shape : shapes) {
      NDArray weight = weights.get(index);
      Shape expected = new Shape(shape.stream().mapToLong(Long::longValue).toArray());
      require(
          weight.getShape().equals(expected)
              && (weight.getDataType() == DataType.FLOAT32
                  || (shape.size() > 1 && isStored(weight))),
          () ->
              "%s is %s %s, not float32 %s"
                  .formatted(variant, weight.getDataType(), weight.getShape(), expected));
      index++;
    }
  }

  /** DJL has no name for bfloat16; nothing else here makes arrays without a name. */
  private boolean isStored(NDArray array) {
    boolean rounded = precision == Precision.BFLOAT16;
    return array.getDataType() == (rounded ? DataType.UNKNOWN : DataType.FLOAT32);
  }

  private static void requireShape(String what, NDArray array, Shape shape) {
    require(
        array.getShape().equals(shape) && array.getDataType() == DataType.FLOAT32,
        () ->
            "%s is %s %s, not float32 %s"
                .formatted(what, array.getDataType(), array.getShape(), shape));
  }

  private static void require(boolean condition, Supplier<String> problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem.get());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
