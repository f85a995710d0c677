package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A norm and one matrix. In place of attention it is initialised with W_o W_v: attention in which
 * every token attends only to itself, without the bias of the values. In place of a gated FFN it is
 * initialised with W_down W_up.
 *
 * @param norm name of the norm
 * @param matrix name of the matrix
 */
record LinearTensors(String norm, String matrix) implements SubblockTensors {

  static final LinearTensors OF_ATTENTION =
      new LinearTensors(SoftmaxAttention.NORM, LinearAttention.MATRIX);
  static final LinearTensors OF_FFN = new LinearTensors(GatedFfn.NORM, LinearFfn.MATRIX);

  @Override
  public SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Origin origin) {
    return switch (origin.own()) {
      case LinearAttention _, LinearFfn _ -> SubblockTensors.copies(scope, origin);
      case SoftmaxAttention attention ->
          weights(scope, origin, attendingToItself(scope, origin, attention.heads()));
      case GatedFfn _ -> {
        DeviceTensor product = origin.weight(GatedFfn.DOWN).matMul(origin.weight(GatedFfn.UP));
        product.attach(scope);
        yield weights(scope, origin, product);
      }
      case NoAttention _, NoFfn _, ExpertsFfn _ ->
          throw new IllegalArgumentException(
              "%s cannot be converted to a linear layer".formatted(origin.own().id()));
    };
  }

  private SequencedMap<String, DeviceTensor> weights(
      DeviceMemory scope, Origin origin, DeviceTensor product) {
    SequencedMap<String, DeviceTensor> weights = new LinkedHashMap<>();
    weights.put(norm, origin.weight(norm).copy(scope));
    weights.put(matrix, product);
    return weights;
  }

  /** W_o times W_v with each KV head repeated for the query heads that it serves. */
  private static DeviceTensor attendingToItself(
      DeviceMemory scope, Origin origin, AttentionShape heads) {
    int served = heads.heads() / heads.kvHeads();
    try (DeviceMemory inner = scope.newScope()) {
      DeviceTensor value =
          origin
              .weight(SoftmaxAttention.VALUE)
              .copy(inner)
              .reshape(heads.kvHeads(), heads.headDim(), origin.hiddenSize());
      List<DeviceTensor> repeated = new ArrayList<>();
      for (int head = 0; head < heads.heads(); head++) {
        repeated.add(value.at(head / served));
      }
      DeviceTensor expanded = DeviceTensor.concat(repeated, 0);
      DeviceTensor product = origin.weight(SoftmaxAttention.OUTPUT).copy(inner).matMul(expanded);
      product.attach(scope);
      return product;
    }
  }

  @Override
  public DeviceTensor forward(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> behindLastInput(context, x, normed(context, x, weights), weights));
  }

  private DeviceTensor normed(
      KernelContext context, DeviceTensor x, Map<String, DeviceTensor> weights) {
    return context.normed(x, Objects.requireNonNull(weights.get(norm), norm));
  }

  @Override
  public Optional<String> lastMatrix() {
    return Optional.of(matrix);
  }

  @Override
  public DeviceTensor lastInput(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return hidden.within(x -> normed(context, x, weights));
  }
}
