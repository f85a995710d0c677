package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.CachedTokens;
import io.github.puzzle4j.blocklib.subblock.InputObserver;
import io.github.puzzle4j.blocklib.subblock.KernelContext;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs the parts of models with the same common parts: embedding, subblocks of any kind, LM head.
 * Hidden states are {@code [batch, tokens, hidden]} in float32.
 *
 * <p>Results belong to the memory of the hidden states that are passed in; pass those of a short
 * scope. Shapes are checked here, since a wrong one can abort the process inside an engine. Where a
 * device runs out of memory and no gradients are recorded, subblocks take fewer rows at a time.
 */
public final class BlockRunner implements AutoCloseable {

  private final DeviceMemory memory;
  private final CommonParts common;
  private final KernelContext context;
  private final Precision precision;
  private final RowGroups groups = new RowGroups();

  /** A runner whose kernels and tables live until it is closed. */
  public BlockRunner(DeviceMemory parent, CommonParts common, Precision precision) {
    this(parent, common, precision, InputObserver.NONE);
  }

  /** The same with an observer of what the matrices of subblocks are multiplied with. */
  BlockRunner(
      DeviceMemory parent, CommonParts common, Precision precision, InputObserver observer) {
    this.memory = parent.newScope();
    this.common = common;
    this.context = new KernelContext(memory, common, precision.type(), observer);
    this.precision = precision;
  }

  /** The common parts of the models that this runner is for. */
  public CommonParts common() {
    return common;
  }

  /**
   * Looks tokens up: {@code [batch, tokens]} int64 to hidden states.
   *
   * @throws IllegalArgumentException if an id is outside of the vocabulary
   */
  public DeviceTensor embed(DeviceTensor ids, DeviceTensor table) {
    requireShape("embedding", table, common.vocabularySize(), common.hiddenSize());
    requireTokens("ids", ids);
    return ids.rowsOf(table);
  }

  /** Both subblocks of a layer with their residuals. */
  public DeviceTensor block(BlockWeights weights, DeviceTensor hidden) {
    DeviceTensor middle = attention(weights.layer().attention(), hidden, weights.attention());
    return ffn(weights.layer().ffn(), middle, weights.ffn());
  }

  /**
   * Passes hidden states through a layer and frees them, and all but the result, which belongs to
   * the same memory. Without gradients.
   */
  DeviceTensor pass(BlockWeights weights, DeviceTensor hidden) {
    DeviceMemory owner = hidden.memory();
    try (DeviceMemory inner = owner.newScope()) {
      DeviceTensor left = block(weights, hidden.alias(inner));
      left.attach(owner);
      hidden.close();
      return left;
    }
  }

  /**
   * An attention subblock with its residual; the hidden states themselves where it is left out.
   *
   * @param weights by the names of {@link Subblock#tensors}
   */
  public DeviceTensor attention(
      Attention attention, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    requireHidden(hidden);
    requireWeights(attention, weights);
    SubblockTensors tensors = SubblockTensors.of(attention);
    return groups.pass(hidden, rows -> tensors.forward(context, rows, weights));
  }

  /** The type of matrix products, and of what is cached for them. */
  public TensorType products() {
    return precision.type();
  }

  /** A matrix in the type of the products, so that calls need not convert it. */
  public DeviceTensor stored(DeviceTensor matrix) {
    return matrix.cast(precision.type());
  }

  /** Both subblocks of a layer, which read tokens behind those in a cache. */
  DeviceTensor block(BlockWeights weights, DeviceTensor hidden, CachedTokens cache) {
    DeviceTensor middle =
        attention(weights.layer().attention(), hidden, weights.attention(), cache);
    return ffn(weights.layer().ffn(), middle, weights.ffn());
  }

  /**
   * An attention subblock with its residual on tokens behind those in a cache, see {@link
   * SubblockTensors#forward(KernelContext, DeviceTensor, Map, CachedTokens)}. Their keys and values
   * are written to it.
   *
   * @param hidden {@code [batch, tokens, hidden]}; one token of each sequence where some are known
   * @throws IllegalArgumentException if the attention caches nothing, or another shape
   */
  public DeviceTensor attention(
      Attention attention,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      CachedTokens cache) {
    requireHidden(hidden);
    requireWeights(attention, weights);
    KvCache wanted =
        attention
            .cache()
            .orElseThrow(() -> new IllegalArgumentException(attention.id() + " caches nothing"));
    requireRoom(wanted, hidden, cache);
    return SubblockTensors.of(attention).forward(context, hidden, weights, cache);
  }

  private void requireRoom(KvCache wanted, DeviceTensor hidden, CachedTokens cache) {
    DeviceTensor keys = cache.keys();
    List<Long> shape = keys.shape();
    require(
        shape.size() == 4
            && keys.elements() > 0
            && keys.size(0) == hidden.size(0)
            && keys.size(1) == wanted.kvHeads()
            && keys.size(3) == wanted.headDim()
            && cache.values().shape().equals(shape)
            && isStored(keys)
            && isStored(cache.values()),
        () ->
            "cache of %s and %s is not stored [batch, %d, capacity, %d] for %s"
                .formatted(
                    shape,
                    cache.values().shape(),
                    wanted.kvHeads(),
                    wanted.headDim(),
                    hidden.shape()));
    require(
        cache.known() >= 0
            && cache.known() + hidden.size(1) <= cache.capacity()
            && (cache.known() == 0 || hidden.size(1) == 1),
        () ->
            "cache of %s with %d known tokens cannot take %d more at once"
                .formatted(shape, cache.known(), hidden.size(1)));
  }

  /**
   * An FFN subblock with its residual; the hidden states themselves where it is left out.
   *
   * @param weights by the names of {@link Subblock#tensors}
   */
  public DeviceTensor ffn(Ffn ffn, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    requireHidden(hidden);
    requireWeights(ffn, weights);
    SubblockTensors tensors = SubblockTensors.of(ffn);
    return groups.pass(hidden, rows -> tensors.forward(context, rows, weights));
  }

  /**
   * A subblock with its residual, and what enters its {@linkplain SubblockTensors#lastMatrix last
   * matrix}.
   */
  public LastProduct lastProduct(
      Subblock subblock, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    requireHidden(hidden);
    requireWeights(subblock, weights);
    SubblockTensors tensors = SubblockTensors.of(subblock);
    DeviceTensor input = groups.pass(hidden, rows -> tensors.lastInput(context, rows, weights));
    return new LastProduct(input, tensors.behindLastInput(context, hidden, input, weights));
  }

  /**
   * How much each FFN channel contributes, summed over tokens, see {@link
   * SubblockTensors#contribution}.
   *
   * @param ffn the FFN whose channels these are
   * @param hidden what enters it
   * @return {@code [channels]}
   */
  public DeviceTensor channelContribution(
      Ffn ffn, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    requireHidden(hidden);
    requireWeights(ffn, weights);
    return SubblockTensors.of(ffn)
        .contribution(context, hidden, weights)
        .orElseThrow(() -> new IllegalArgumentException(ffn.id() + " has no channels"));
  }

  /** Final norm and LM head: hidden states to logits {@code [batch, tokens, vocabulary]}. */
  public DeviceTensor logits(DeviceTensor hidden, DeviceTensor norm, DeviceTensor head) {
    requireHidden(hidden);
    requireShape("final norm", norm, common.hiddenSize());
    requireShape("LM head", head, common.vocabularySize(), common.hiddenSize());
    return hidden.within(x -> context.normed(x, norm).linear(head).cast(TensorType.F32));
  }

  /** Ids address memory, so they are checked on each call. */
  void requireTokens(String what, DeviceTensor tokens) {
    require(
        tokens.type() == TensorType.I64 && tokens.shape().size() == 2 && tokens.elements() > 0,
        () -> "%s are %s, not I64 [batch, tokens]".formatted(what, tokens));
    try (DeviceTensor smallest = tokens.min();
        DeviceTensor largest = tokens.max()) {
      long from = smallest.toLong();
      long to = largest.toLong();
      require(
          from >= 0 && to < common.vocabularySize(),
          () ->
              "%s from %d to %d do not fit into the vocabulary of %d"
                  .formatted(what, from, to, common.vocabularySize()));
    }
  }

  private void requireHidden(DeviceTensor hidden) {
    requireStream("hidden states", hidden, common.hiddenSize());
  }

  private static void requireStream(String what, DeviceTensor tensor, int width) {
    require(
        tensor.type() == TensorType.F32
            && tensor.shape().size() == 3
            && tensor.elements() > 0
            && tensor.size(2) == width,
        () -> "%s are %s, not F32 [batch, tokens, %d]".formatted(what, tensor, width));
  }

  private void requireWeights(Subblock subblock, Map<String, DeviceTensor> weights) {
    Map<String, List<Long>> shapes = subblock.tensors(common.hiddenSize());
    require(
        weights.keySet().equals(shapes.keySet()),
        () ->
            "%s has the weights %s, not %s"
                .formatted(subblock.id(), weights.keySet(), shapes.keySet()));
    shapes.forEach((name, shape) -> {
      DeviceTensor weight = Objects.requireNonNull(weights.get(name), name);
      require(
          weight.shape().equals(shape)
              && (weight.type() == TensorType.F32 || (shape.size() > 1 && isStored(weight))),
          () -> "%s, %s is %s, not F32 %s".formatted(subblock.id(), name, weight, shape));
    });
  }

  private boolean isStored(DeviceTensor tensor) {
    return tensor.type() == precision.type();
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
