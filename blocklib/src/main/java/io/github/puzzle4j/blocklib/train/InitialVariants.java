package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights with which a variant starts, made from its teacher's (Puzzle, arXiv 2411.19146,
 * section 3 and appendix).
 *
 * <p>Results belong to the given scope and share nothing with the teacher's arrays.
 */
final class InitialVariants {

  private final ModelConfig config;
  private final AttentionVariant own;

  /** Of a layer that has the teacher's full shape. */
  InitialVariants(ModelConfig config) {
    this(config, BlockVariant.teacher());
  }

  /** Of a layer that is this in its teacher. */
  InitialVariants(ModelConfig config, BlockVariant own) {
    this.config = config;
    this.own = own.attention();
  }

  private AttentionShape heads() {
    return own.cachedHeads(config)
        .orElseThrow(() -> new IllegalArgumentException(own.id() + " has no heads"));
  }

  /**
   * Attention: the layer's own is copied; projections of merged KV heads are averaged, with their
   * biases; a linear layer is what attention does where every token attends to itself alone, but
   * for the values' bias.
   *
   * @param teacher as {@link TensorNames#attention} orders them
   */
  List<DeviceTensor> attention(
      DeviceMemory scope, AttentionVariant variant, List<DeviceTensor> teacher) {
    if (variant.equals(own)) {
      return copies(scope, teacher);
    }
    return switch (variant) {
      case AttentionVariant.Teacher(), AttentionVariant.SlidingWindow(_) -> copies(scope, teacher);
      case AttentionVariant.GroupedQuery(int kvHeads) -> grouped(scope, kvHeads, teacher);
      case AttentionVariant.Linear() ->
          List.of(teacher.get(0).copy(scope), selfAttending(scope, teacher));
      case AttentionVariant.NoOp() -> List.of();
    };
  }

  /**
   * FFN: the first channels of the given order; a linear layer is the product of the up and the
   * down projection.
   *
   * @param teacher norm, gate, up, down
   * @param order channels from the largest contribution to the smallest
   */
  List<DeviceTensor> ffn(
      DeviceMemory scope, FfnVariant variant, List<DeviceTensor> teacher, long[] order) {
    return switch (variant) {
      case FfnVariant.Teacher() -> copies(scope, teacher);
      case FfnVariant.Pruned(int channels) -> {
        try (DeviceMemory inner = scope.newScope()) {
          DeviceTensor kept = inner.longs(order, order.length).slice(0, 0, channels);
          yield List.of(
              teacher.get(0).copy(scope),
              chosen(scope, teacher.get(1), kept, 0),
              chosen(scope, teacher.get(2), kept, 0),
              chosen(scope, teacher.get(3), kept, 1));
        }
      }
      case FfnVariant.Experts(_) ->
          throw new IllegalArgumentException("%s cannot be computed".formatted(variant.id()));
      case FfnVariant.Linear() -> {
        DeviceTensor product = teacher.get(3).matMul(teacher.get(2));
        product.attach(scope);
        yield List.of(teacher.get(0).copy(scope), product);
      }
      case FfnVariant.NoOp() -> List.of();
    };
  }

  private List<DeviceTensor> grouped(DeviceMemory scope, int kvHeads, List<DeviceTensor> teacher) {
    List<DeviceTensor> weights = new ArrayList<>();
    int index = 0;
    for (String name : TensorNames.attention(config, own).keySet()) {
      DeviceTensor source = teacher.get(index);
      boolean merged =
          switch (name) {
            case TensorNames.KEY, TensorNames.VALUE, TensorNames.KEY_BIAS, TensorNames.VALUE_BIAS ->
                true;
            default -> false;
          };
      weights.add(merged ? meanPooled(scope, source, kvHeads) : source.copy(scope));
      index++;
    }
    return List.copyOf(weights);
  }

  /** Of a projection {@code [kvWidth, hidden]} or a bias {@code [kvWidth]}. */
  private DeviceTensor meanPooled(DeviceMemory scope, DeviceTensor projection, int kvHeads) {
    AttentionShape heads = heads();
    int merged = heads.kvHeads() / kvHeads;
    try (DeviceMemory inner = scope.newScope()) {
      DeviceTensor source = projection.copy(inner);
      List<Long> split = new ArrayList<>(projection.shape());
      split.set(0, (long) heads.headDim());
      split.addAll(0, List.of((long) kvHeads, (long) merged));
      List<Long> joined = new ArrayList<>(projection.shape());
      joined.set(0, (long) kvHeads * heads.headDim());
      DeviceTensor pooled = source.reshape(split).mean(1).reshape(joined);
      pooled.attach(scope);
      return pooled;
    }
  }

  /** W_o times W_v with each KV head repeated for the query heads that it serves. */
  private DeviceTensor selfAttending(DeviceMemory scope, List<DeviceTensor> teacher) {
    AttentionShape heads = heads();
    int served = heads.heads() / heads.kvHeads();
    try (DeviceMemory inner = scope.newScope()) {
      DeviceTensor value =
          teacher.get(3).copy(inner).reshape(heads.kvHeads(), heads.headDim(), config.hiddenSize());
      List<DeviceTensor> repeated = new ArrayList<>();
      for (int head = 0; head < heads.heads(); head++) {
        repeated.add(value.at(head / served));
      }
      DeviceTensor expanded = DeviceTensor.concat(repeated, 0);
      DeviceTensor product = teacher.get(4).copy(inner).matMul(expanded);
      product.attach(scope);
      return product;
    }
  }

  private static DeviceTensor chosen(
      DeviceMemory scope, DeviceTensor matrix, DeviceTensor index, int axis) {
    try (DeviceMemory inner = scope.newScope()) {
      return matrix.copy(inner).take(axis, index).copy(scope);
    }
  }

  private static List<DeviceTensor> copies(DeviceMemory scope, List<DeviceTensor> arrays) {
    return arrays.stream().map(array -> array.copy(scope)).toList();
  }
}
