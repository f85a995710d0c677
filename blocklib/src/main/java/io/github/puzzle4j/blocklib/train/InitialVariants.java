package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
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
  List<NDArray> attention(NDManager scope, AttentionVariant variant, List<NDArray> teacher) {
    if (variant.equals(own)) {
      return copies(scope, teacher);
    }
    return switch (variant) {
      case AttentionVariant.Teacher(), AttentionVariant.SlidingWindow(_) -> copies(scope, teacher);
      case AttentionVariant.GroupedQuery(int kvHeads) -> grouped(scope, kvHeads, teacher);
      case AttentionVariant.Linear() ->
          List.of(NativeTensors.copy(scope, teacher.get(0)), selfAttending(scope, teacher));
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
  List<NDArray> ffn(NDManager scope, FfnVariant variant, List<NDArray> teacher, long[] order) {
    return switch (variant) {
      case FfnVariant.Teacher() -> copies(scope, teacher);
      case FfnVariant.Pruned(int channels) -> {
        try (NDManager inner = scope.newSubManager()) {
          NDArray kept =
              inner.create(order, new Shape(order.length)).get(new NDIndex(":" + channels));
          yield List.of(
              NativeTensors.copy(scope, teacher.get(0)),
              chosen(scope, teacher.get(1), kept, 0),
              chosen(scope, teacher.get(2), kept, 0),
              chosen(scope, teacher.get(3), kept, 1));
        }
      }
      case FfnVariant.Experts(_) ->
          throw new IllegalArgumentException("%s cannot be computed".formatted(variant.id()));
      case FfnVariant.Linear() -> {
        NDArray product = teacher.get(3).matMul(teacher.get(2));
        product.attach(scope);
        yield List.of(NativeTensors.copy(scope, teacher.get(0)), product);
      }
      case FfnVariant.NoOp() -> List.of();
    };
  }

  private List<NDArray> grouped(NDManager scope, int kvHeads, List<NDArray> teacher) {
    List<NDArray> weights = new ArrayList<>();
    int index = 0;
    for (String name : TensorNames.attention(config, own).keySet()) {
      NDArray source = teacher.get(index);
      boolean merged =
          switch (name) {
            case TensorNames.KEY, TensorNames.VALUE, TensorNames.KEY_BIAS, TensorNames.VALUE_BIAS ->
                true;
            default -> false;
          };
      weights.add(merged ? meanPooled(scope, source, kvHeads) : NativeTensors.copy(scope, source));
      index++;
    }
    return List.copyOf(weights);
  }

  /** Of a projection {@code [kvWidth, hidden]} or a bias {@code [kvWidth]}. */
  private NDArray meanPooled(NDManager scope, NDArray projection, int kvHeads) {
    AttentionShape heads = heads();
    int merged = heads.kvHeads() / kvHeads;
    try (NDManager inner = scope.newSubManager()) {
      NDArray source = NativeTensors.copy(inner, projection);
      Shape one = projection.getShape().slice(1);
      NDArray pooled =
          source
              .reshape(new Shape(kvHeads, merged, heads.headDim()).addAll(one))
              .mean(new int[] {1})
              .reshape(new Shape((long) kvHeads * heads.headDim()).addAll(one));
      pooled.attach(scope);
      return pooled;
    }
  }

  /** W_o times W_v with each KV head repeated for the query heads that it serves. */
  private NDArray selfAttending(NDManager scope, List<NDArray> teacher) {
    AttentionShape heads = heads();
    int served = heads.heads() / heads.kvHeads();
    try (NDManager inner = scope.newSubManager()) {
      NDArray value =
          NativeTensors.copy(inner, teacher.get(3))
              .reshape(heads.kvHeads(), heads.headDim(), config.hiddenSize());
      NDList repeated = new NDList();
      for (int head = 0; head < heads.heads(); head++) {
        repeated.add(value.get(head / served));
      }
      NDArray expanded = NDArrays.concat(repeated, 0);
      NDArray product = NativeTensors.copy(inner, teacher.get(4)).matMul(expanded);
      product.attach(scope);
      return product;
    }
  }

  private static NDArray chosen(NDManager scope, NDArray matrix, NDArray index, int axis) {
    try (NDManager inner = scope.newSubManager()) {
      NDArray taken =
          NativeTensors.copy(inner, matrix)
              .get(axis == 0 ? new NDIndex("{}", index) : new NDIndex(":, {}", index));
      NDArray result = taken.duplicate();
      result.attach(scope);
      return result;
    }
  }

  private static List<NDArray> copies(NDManager scope, List<NDArray> arrays) {
    return arrays.stream().map(array -> NativeTensors.copy(scope, array)).toList();
  }
}
