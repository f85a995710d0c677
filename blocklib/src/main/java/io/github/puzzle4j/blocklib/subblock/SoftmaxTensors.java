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
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> {
      Projections own = projections(context, x, weights);
      return own.output(x, causal(context, own.query(), own.key(), own.value()));
    });
  }

  private Projections projections(
      KernelContext context, DeviceTensor x, Map<String, DeviceTensor> weights) {
    return new Projections(context, weights, x, context.angles(x.size(1), headDim()));
  }

  @Override
  public Optional<String> lastMatrix() {
    return Optional.of(SoftmaxAttention.OUTPUT);
  }

  @Override
  public DeviceTensor lastInput(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> {
      Projections own = projections(context, x, weights);
      return joined(x, causal(context, own.query(), own.key(), own.value()));
    });
  }

  @Override
  public DeviceTensor behindLastInput(
      KernelContext context,
      DeviceTensor hidden,
      DeviceTensor lastInput,
      Map<String, DeviceTensor> weights) {
    DeviceTensor sum = hidden.add(context.product(lastInput, weights, SoftmaxAttention.OUTPUT));
    DeviceTensor bias = weights.get(SoftmaxAttention.OUTPUT_BIAS);
    return bias == null ? sum : sum.add(bias);
  }

  /** What heads have mixed, side by side: {@code [batch, tokens, heads * headDim]}. */
  private static DeviceTensor joined(DeviceTensor hidden, DeviceTensor mixed) {
    return mixed.transpose(0, 2, 1, 3).reshape(hidden.size(0), hidden.size(1), -1);
  }

  @Override
  public DeviceTensor forward(
      KernelContext context,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      CachedTokens cache) {
    long to = cache.known() + hidden.size(1);
    return hidden.within(x -> {
      RotaryTable.Angles angles =
          context.angles(cache.capacity(), headDim()).slice(x.memory(), cache.known(), to);
      Projections own = new Projections(context, weights, x, angles);
      DeviceTensor key = own.key();
      DeviceTensor value = own.value();
      cache.write(x.memory(), key, value);
      if (cache.known() == 0) {
        return own.output(x, causal(context, own.query(), key, value));
      }
      long from = attention.hasWindow() ? Math.max(0, to - attention.window()) : 0;
      return own.output(
          x,
          own.query()
              .attend(
                  cache.keys(x.memory(), from, to),
                  cache.values(x.memory(), from, to),
                  Optional.empty(),
                  false));
    });
  }

  /** Each token sees itself and those before it, as far as the window reaches. */
  private DeviceTensor causal(
      KernelContext context, DeviceTensor query, DeviceTensor key, DeviceTensor value) {
    long tokens = query.size(2);
    boolean masked = attention.hasWindow() && attention.window() < tokens;
    Optional<DeviceTensor> mask =
        masked ? Optional.of(context.mask(tokens, attention.window())) : Optional.empty();
    return query.attend(key, value, mask, mask.isEmpty());
  }

  private int headDim() {
    return attention.heads().headDim();
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

  /** The heads of hidden states, {@code [batch, heads, tokens, headDim]}, and the way back. */
  private final class Projections {

    private final KernelContext context;
    private final Map<String, DeviceTensor> weights;
    private final DeviceTensor normed;
    private final RotaryTable.Angles angles;

    Projections(
        KernelContext context,
        Map<String, DeviceTensor> weights,
        DeviceTensor hidden,
        RotaryTable.Angles angles) {
      this.context = context;
      this.weights = weights;
      this.normed = context.normed(hidden, weight(SoftmaxAttention.NORM));
      this.angles = angles;
    }

    DeviceTensor query() {
      return rotated(
          SoftmaxAttention.QUERY, SoftmaxAttention.QUERY_BIAS, SoftmaxAttention.QUERY_NORM);
    }

    DeviceTensor key() {
      return rotated(SoftmaxAttention.KEY, SoftmaxAttention.KEY_BIAS, SoftmaxAttention.KEY_NORM);
    }

    DeviceTensor value() {
      return heads(SoftmaxAttention.VALUE, SoftmaxAttention.VALUE_BIAS).transpose(0, 2, 1, 3);
    }

    DeviceTensor output(DeviceTensor hidden, DeviceTensor mixed) {
      return behindLastInput(context, hidden, joined(hidden, mixed), weights);
    }

    private DeviceTensor rotated(String matrix, String bias, String norm) {
      DeviceTensor heads = heads(matrix, bias);
      DeviceTensor even =
          optional(norm)
              .map(gain -> context.inProducts(context.exactlyNormed(context.exact(heads), gain)))
              .orElse(heads);
      return even.rotate(angles.cos(), angles.sin()).transpose(0, 2, 1, 3);
    }

    /** {@code [batch, tokens, heads, headDim]}. */
    private DeviceTensor heads(String matrix, String bias) {
      DeviceTensor projected = context.product(normed, weights, matrix);
      DeviceTensor moved =
          optional(bias)
              .map(by -> projected.add(context.inProducts(by.alias(projected.memory()))))
              .orElse(projected);
      return moved.reshape(moved.size(0), moved.size(1), -1, headDim());
    }

    private DeviceTensor weight(String name) {
      return Objects.requireNonNull(weights.get(name), name);
    }

    private Optional<DeviceTensor> optional(String name) {
      return Optional.ofNullable(weights.get(name));
    }
  }
}
