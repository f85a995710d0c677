package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Attention by products and softmax, for operands that suit no fused kernel. */
record ComposedKernel(TorchOperations operations) implements AttentionKernel {

  private static final Operator SOFTMAX_BACKWARD = Operator.of("_softmax_backward_data");

  @Override
  public boolean groupsHeads() {
    return false;
  }

  @Override
  public Attention forward(Scores scores) {
    try (TorchTensor keys = operations.transposed(scores.key());
        NativeTensor products = operations.matMul(scores.query(), keys);
        NativeTensor scaled = operations.apply(Binary.MULTIPLY, products, scores.scale());
        NativeTensor wide = operations.wide(TorchMemory.own(scaled));
        NativeTensor masked = masked(wide, scores);
        NativeTensor shares = operations.softmax(masked)) {
      TorchTensor weights = operations.converted(TorchMemory.own(shares), scores.query().type());
      return new Attention(
          this, TorchMemory.own(operations.matMul(weights, scores.value())), List.of(weights));
    }
  }

  private NativeTensor masked(NativeTensor wide, Scores scores) {
    if (scores.mask().isPresent()) {
      return operations.apply(Binary.ADD, wide, scores.mask().get());
    }
    if (!scores.causal()) {
      return operations.alias(wide);
    }
    int tokens = (int) scores.query().size(2);
    int keys = (int) scores.key().size(2);
    float[] mask = new float[tokens * keys];
    for (int token = 0; token < tokens; token++) {
      for (int key = token + 1; key < keys; key++) {
        mask[token * keys + key] = Float.NEGATIVE_INFINITY;
      }
    }
    try (NativeTensor later =
        operations.copyOf(
            MemorySegment.ofArray(mask), TensorType.F32, List.of((long) tokens, (long) keys))) {
      return operations.apply(Binary.ADD, wide, later);
    }
  }

  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    TorchTensor weights = (TorchTensor) attended.kept().getFirst();
    TorchCalls calls = operations.calls;
    try (TorchTensor values = operations.transposed(scores.value());
        TorchTensor turned = operations.transposed(weights);
        NativeTensor ofWeights = operations.matMul(gradient, values);
        TorchTensor ofScores =
            calls.one(
                SOFTMAX_BACKWARD,
                TorchMemory.own(ofWeights),
                weights,
                Argument.LAST,
                Argument.of(calls.number(weights.type())));
        NativeTensor scaled = operations.apply(Binary.MULTIPLY, ofScores, scores.scale());
        TorchTensor turnedScores = operations.transposed(TorchMemory.own(scaled))) {
      return List.of(
          TorchMemory.own(operations.matMul(scaled, scores.key())),
          TorchMemory.own(operations.matMul(turnedScores, scores.query())),
          TorchMemory.own(operations.matMul(turned, gradient)));
    }
  }
}
