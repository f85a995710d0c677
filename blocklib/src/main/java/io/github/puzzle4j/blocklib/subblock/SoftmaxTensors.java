package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Softmax attention. Fewer KV heads are initialised with the mean of the merged heads; a window
 * leaves the weights unchanged.
 */
record SoftmaxTensors(SoftmaxAttention attention) implements SubblockTensors {

  /** Tensors with a slice for each KV head. */
  private static final Set<String> CACHED =
      Set.of(
          SoftmaxAttention.KEY,
          SoftmaxAttention.VALUE,
          SoftmaxAttention.KEY_BIAS,
          SoftmaxAttention.VALUE_BIAS);

  /** Norm and projections, in the order of the kernels. */
  private static final List<String> PROJECTIONS =
      List.of(
          SoftmaxAttention.NORM,
          SoftmaxAttention.QUERY,
          SoftmaxAttention.KEY,
          SoftmaxAttention.VALUE,
          SoftmaxAttention.OUTPUT);

  /** Tensors that only some families have, in the order of the kernel. */
  private static final List<String> OPTIONAL =
      List.of(
          SoftmaxAttention.QUERY_BIAS,
          SoftmaxAttention.KEY_BIAS,
          SoftmaxAttention.VALUE_BIAS,
          SoftmaxAttention.OUTPUT_BIAS,
          SoftmaxAttention.QUERY_NORM,
          SoftmaxAttention.KEY_NORM);

  @Override
  public SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Origin origin) {
    AttentionShape heads = heads(origin.own());
    if (heads.kvHeads() == attention.heads().kvHeads()) {
      return SubblockTensors.copies(scope, origin);
    }
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    for (String name : attention.tensors(origin.hiddenSize()).keySet()) {
      DeviceTensor source = origin.weight(name);
      weights.put(
          name, CACHED.contains(name) ? meanPooled(scope, source, heads) : source.copy(scope));
    }
    return weights;
  }

  private static AttentionShape heads(Subblock own) {
    return switch (own) {
      case SoftmaxAttention attention -> attention.heads();
      case LinearAttention _, NoAttention _, GatedFfn _, ExpertsFfn _, LinearFfn _, NoFfn _ ->
          throw new IllegalArgumentException("%s has no heads".formatted(own.id()));
    };
  }

  /** Of a projection {@code [kvWidth, hidden]} or a bias {@code [kvWidth]}. */
  private DeviceTensor meanPooled(
      DeviceMemory scope, DeviceTensor projection, AttentionShape from) {
    int kvHeads = attention.heads().kvHeads();
    int merged = from.kvHeads() / kvHeads;
    try (DeviceMemory inner = scope.newScope()) {
      List<Long> split = new ArrayList<>(projection.shape());
      split.set(0, (long) from.headDim());
      split.addAll(0, List.of((long) kvHeads, (long) merged));
      List<Long> joined = new ArrayList<>(projection.shape());
      joined.set(0, (long) kvHeads * from.headDim());
      DeviceTensor pooled = projection.copy(inner).reshape(split).mean(1).reshape(joined);
      pooled.attach(scope);
      return pooled;
    }
  }

  @Override
  public DeviceTensor forward(
      KernelContext context,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      boolean training) {
    long tokens = hidden.size(1);
    RotaryTable.Angles angles = context.angles(tokens, attention.heads().headDim());
    List<DeviceTensor> arguments = new ArrayList<>(projections(weights));
    OPTIONAL.forEach(name -> arguments.add(weights.getOrDefault(name, context.none())));
    arguments.add(angles.cos());
    arguments.add(angles.sin());
    boolean masked = attention.hasWindow() && attention.window() < tokens;
    arguments.add(masked ? context.mask(tokens, attention.window()) : context.none());
    arguments.add(context.none());
    return context.kernels().call("attention", training, hidden, arguments);
  }

  /** Fewer KV heads are pooled from shared ones. */
  @Override
  public boolean sharesWeights(Subblock own) {
    return heads(own).kvHeads() != attention.heads().kvHeads();
  }

  @Override
  public SequencedMap<String, DeviceTensor> cut(DeviceMemory scope, Origin shared) {
    return initial(scope, shared);
  }

  /**
   * One decoding step, which writes key and value to the last position of the cache. Rotates by the
   * angles of the first position, without biases and head norms: for timing only.
   */
  @Override
  public Optional<DeviceTensor> step(
      KernelContext context,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      DeviceTensor keys,
      DeviceTensor values) {
    RotaryTable.Angles angles = context.angles(1, attention.heads().headDim());
    List<DeviceTensor> arguments = new ArrayList<>(projections(weights));
    arguments.addAll(List.of(angles.cos(), angles.sin(), keys, values, context.none()));
    return Optional.of(context.kernels().call("attention_step", false, hidden, arguments));
  }

  private static List<DeviceTensor> projections(Map<String, DeviceTensor> weights) {
    return PROJECTIONS.stream()
        .map(name -> Objects.requireNonNull(weights.get(name), name))
        .toList();
  }
}
