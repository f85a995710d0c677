package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the kernels compute, written again in plain tensor operations from the published formulas.
 * Nothing here is shared with the kernels.
 */
public final class TensorReference {

  private static final float HIDDEN_FROM_VIEW = -1e30f;

  private TensorReference() {}

  static DeviceTensor rmsNorm(DeviceTensor x, DeviceTensor weight, double epsilon) {
    DeviceTensor square = x.mul(x).mean(2).reshape(x.size(0), x.size(1), 1);
    return x.div(square.add((float) epsilon).sqrt()).mul(weight);
  }

  static DeviceTensor product(DeviceTensor x, DeviceTensor matrix) {
    return x.matMul(matrix.transpose());
  }

  /** Attention without biases and head norms. */
  public static DeviceTensor attention(
      CommonParts common,
      SoftmaxAttention attention,
      DeviceTensor x,
      Map<String, DeviceTensor> weights) {
    AttentionShape shape = attention.heads();
    DeviceTensor normed = rmsNorm(x, get(weights, SoftmaxAttention.NORM), common.normEpsilon());
    int kvHeads = shape.kvHeads();
    int group = shape.heads() / kvHeads;
    DeviceTensor query =
        rotated(
            common, heads(product(normed, get(weights, SoftmaxAttention.QUERY)), shape.heads()));
    DeviceTensor key =
        rotated(common, heads(product(normed, get(weights, SoftmaxAttention.KEY)), kvHeads))
            .repeat(1, group);
    DeviceTensor value =
        heads(product(normed, get(weights, SoftmaxAttention.VALUE)), kvHeads).repeat(1, group);
    DeviceTensor scores =
        query
            .matMul(key.transpose(0, 1, 3, 2))
            .div((float) Math.sqrt(shape.headDim()))
            .add(causalMask(x.memory(), x.size(1), attention));
    DeviceTensor mixed = scores.softmax().matMul(value).transpose(0, 2, 1, 3);
    return x.add(
        product(
            mixed.reshape(x.size(0), x.size(1), shape.queryWidth()),
            get(weights, SoftmaxAttention.OUTPUT)));
  }

  public static DeviceTensor gated(
      CommonParts common, DeviceTensor x, Map<String, DeviceTensor> weights) {
    return x.add(product(activations(common, x, weights), get(weights, GatedFfn.DOWN)));
  }

  static DeviceTensor channelContribution(
      CommonParts common, DeviceTensor x, Map<String, DeviceTensor> weights) {
    DeviceTensor total = activations(common, x, weights).abs().sum(0, 1);
    return total.mul(get(weights, GatedFfn.DOWN).square().sum(0).sqrt());
  }

  private static DeviceTensor activations(
      CommonParts common, DeviceTensor x, Map<String, DeviceTensor> weights) {
    DeviceTensor normed = rmsNorm(x, get(weights, GatedFfn.NORM), common.normEpsilon());
    DeviceTensor gate = product(normed, get(weights, GatedFfn.GATE));
    DeviceTensor swish = gate.div(gate.neg().exp().add(1));
    return swish.mul(product(normed, get(weights, GatedFfn.UP)));
  }

  private static DeviceTensor get(Map<String, DeviceTensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  /** Weights: norm, matrix. */
  static DeviceTensor linear(CommonParts common, DeviceTensor x, List<DeviceTensor> weights) {
    return x.add(product(rmsNorm(x, weights.get(0), common.normEpsilon()), weights.get(1)));
  }

  static DeviceTensor head(CommonParts common, DeviceTensor x, List<DeviceTensor> weights) {
    return product(rmsNorm(x, weights.get(0), common.normEpsilon()), weights.get(1));
  }

  static DeviceTensor tokenLoss(DeviceTensor logits, DeviceTensor targets, DeviceTensor weights) {
    return logLikelihood(logits, targets).neg().mul(weights).sum().div(weights.sum());
  }

  public static DeviceTensor blockLoss(DeviceTensor child, DeviceTensor teacher) {
    return child.sub(teacher).square().mean().div(teacher.square().mean());
  }

  /** Per position. */
  static DeviceTensor divergence(DeviceTensor logits, DeviceTensor teacherLogits) {
    DeviceTensor teacher = teacherLogits.softmax();
    return teacher.mul(teacher.log().sub(logits.softmax().log())).sum(2);
  }

  static DeviceTensor cosineLoss(DeviceTensor child, DeviceTensor teacher) {
    DeviceTensor dot = child.mul(teacher).sum(2);
    DeviceTensor lengths = child.square().sum(2).sqrt().mul(teacher.square().sum(2).sqrt());
    return dot.div(lengths).mean().neg().add(1);
  }

  /** Per position. */
  static DeviceTensor logLikelihood(DeviceTensor logits, DeviceTensor targets) {
    DeviceTensor column = targets.reshape(targets.size(0), targets.size(1), 1);
    DeviceTensor oneHot =
        logits.memory().range(logits.size(2)).equalTo(column).cast(TensorType.F32);
    return logits.softmax().log().mul(oneHot).sum(2);
  }

  private static DeviceTensor heads(DeviceTensor x, int heads) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(0, 2, 1, 3);
  }

  /** Each pair (i, i + half) turned by its angle. */
  private static DeviceTensor rotated(CommonParts common, DeviceTensor x) {
    int tokens = Math.toIntExact(x.size(2));
    int half = Math.toIntExact(x.size(3) / 2);
    float[] cos = new float[tokens * half];
    float[] sin = new float[tokens * half];
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(common.rotary().theta(), -(double) i / half);
        cos[t * half + i] = (float) Math.cos(angle);
        sin[t * half + i] = (float) Math.sin(angle);
      }
    }
    DeviceTensor c = x.memory().floats(cos, tokens, half);
    DeviceTensor s = x.memory().floats(sin, tokens, half);
    DeviceTensor a = x.slice(3, 0, half);
    DeviceTensor b = x.slice(3, half, 2L * half);
    return DeviceTensor.concat(List.of(a.mul(c).sub(b.mul(s)), b.mul(c).add(a.mul(s))), 3);
  }

  private static DeviceTensor causalMask(
      DeviceMemory memory, long tokens, SoftmaxAttention attention) {
    int size = Math.toIntExact(tokens);
    float[] mask = new float[size * size];
    for (int query = 0; query < size; query++) {
      for (int key = 0; key < size; key++) {
        boolean tooFar = attention.hasWindow() && key <= query - attention.window();
        if (key > query || tooFar) {
          mask[query * size + key] = HIDDEN_FROM_VIEW;
        }
      }
    }
    return memory.floats(mask, size, size);
  }
}
