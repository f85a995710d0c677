package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import java.util.List;

/**
 * What the kernels compute, written again in plain array operations from the published formulas.
 * Nothing here is shared with the kernels.
 */
final class NdArrayReference {

  private static final float HIDDEN_FROM_VIEW = -1e30f;

  private NdArrayReference() {}

  static NDArray rmsNorm(NDArray x, NDArray weight, double epsilon) {
    NDArray square = x.mul(x).mean(new int[] {2}, true);
    return x.div(square.add(epsilon).sqrt()).mul(weight);
  }

  static NDArray product(NDArray x, NDArray matrix) {
    return x.matMul(matrix.transpose());
  }

  /** Weights: norm, query, key, value, output. */
  static NDArray attention(ModelConfig config, int kvHeads, NDArray x, List<NDArray> weights) {
    AttentionShape shape = config.attention().withKvHeads(kvHeads);
    NDArray normed = rmsNorm(x, weights.get(0), config.normEpsilon());
    int group = shape.heads() / kvHeads;
    NDArray query = rotated(config, heads(product(normed, weights.get(1)), shape.heads()));
    NDArray key = rotated(config, heads(product(normed, weights.get(2)), kvHeads)).repeat(1, group);
    NDArray value = heads(product(normed, weights.get(3)), kvHeads).repeat(1, group);
    NDArray scores =
        query
            .matMul(key.transpose(0, 1, 3, 2))
            .div(Math.sqrt(shape.headDim()))
            .add(causalMask(x.getManager(), x.getShape().get(1)));
    NDArray mixed = scores.softmax(3).matMul(value).transpose(0, 2, 1, 3);
    Shape flat = new Shape(x.getShape().get(0), x.getShape().get(1), shape.queryWidth());
    return x.add(product(mixed.reshape(flat), weights.get(4)));
  }

  /** Weights: norm, gate, up, down. */
  static NDArray gated(ModelConfig config, NDArray x, List<NDArray> weights) {
    return x.add(product(activations(config, x, weights), weights.get(3)));
  }

  static NDArray channelContribution(ModelConfig config, NDArray x, List<NDArray> weights) {
    NDArray total = activations(config, x, weights).abs().sum(new int[] {0, 1});
    return total.mul(weights.get(3).square().sum(new int[] {0}).sqrt());
  }

  private static NDArray activations(ModelConfig config, NDArray x, List<NDArray> weights) {
    NDArray normed = rmsNorm(x, weights.get(0), config.normEpsilon());
    NDArray gate = product(normed, weights.get(1));
    NDArray swish = gate.div(gate.neg().exp().add(1));
    return swish.mul(product(normed, weights.get(2)));
  }

  /** Weights: norm, matrix. */
  static NDArray linear(ModelConfig config, NDArray x, List<NDArray> weights) {
    return x.add(product(rmsNorm(x, weights.get(0), config.normEpsilon()), weights.get(1)));
  }

  static NDArray head(ModelConfig config, NDArray x, List<NDArray> weights) {
    return product(rmsNorm(x, weights.get(0), config.normEpsilon()), weights.get(1));
  }

  static NDArray tokenLoss(NDArray logits, NDArray targets, NDArray weights) {
    return logLikelihood(logits, targets).neg().mul(weights).sum().div(weights.sum());
  }

  static NDArray blockLoss(NDArray child, NDArray teacher) {
    return child.sub(teacher).square().mean().div(teacher.square().mean());
  }

  /** Per position. */
  static NDArray divergence(NDArray logits, NDArray teacherLogits) {
    NDArray teacher = teacherLogits.softmax(2);
    return teacher.mul(teacher.log().sub(logits.softmax(2).log())).sum(new int[] {2});
  }

  static NDArray cosineLoss(NDArray child, NDArray teacher) {
    NDArray dot = child.mul(teacher).sum(new int[] {2});
    NDArray lengths =
        child.square().sum(new int[] {2}).sqrt().mul(teacher.square().sum(new int[] {2}).sqrt());
    return dot.div(lengths).mean().neg().add(1);
  }

  /** Per position. */
  static NDArray logLikelihood(NDArray logits, NDArray targets) {
    NDArray oneHot = targets.oneHot(Math.toIntExact(logits.getShape().get(2)), DataType.FLOAT32);
    return logits.softmax(2).log().mul(oneHot).sum(new int[] {2});
  }

  private static NDArray heads(NDArray x, int heads) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads).transpose(0, 2, 1, 3);
  }

  /** Each pair (i, i + half) turned by its angle. */
  private static NDArray rotated(ModelConfig config, NDArray x) {
    int tokens = Math.toIntExact(x.getShape().get(2));
    int half = Math.toIntExact(x.getShape().get(3) / 2);
    float[] cos = new float[tokens * half];
    float[] sin = new float[tokens * half];
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < half; i++) {
        double angle = t * Math.pow(config.rotary().theta(), -(double) i / half);
        cos[t * half + i] = (float) Math.cos(angle);
        sin[t * half + i] = (float) Math.sin(angle);
      }
    }
    NDArray c = x.getManager().create(cos, new Shape(tokens, half));
    NDArray s = x.getManager().create(sin, new Shape(tokens, half));
    NDArray a = x.get("..., :" + half);
    NDArray b = x.get("..., " + half + ":");
    return NDArrays.concat(new NDList(a.mul(c).sub(b.mul(s)), b.mul(c).add(a.mul(s))), 3);
  }

  private static NDArray causalMask(NDManager manager, long tokens) {
    int size = Math.toIntExact(tokens);
    float[] mask = new float[size * size];
    for (int query = 0; query < size; query++) {
      for (int key = query + 1; key < size; key++) {
        mask[query * size + key] = HIDDEN_FROM_VIEW;
      }
    }
    return manager.create(mask, new Shape(size, size));
  }
}
