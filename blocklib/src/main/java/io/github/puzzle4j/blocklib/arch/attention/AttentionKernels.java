package io.github.puzzle4j.blocklib.arch.attention;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import java.util.List;

/** Size and work of softmax attention, whatever its heads. */
final class AttentionKernels {

  private AttentionKernels() {}

  static long parameters(ModelConfig config, AttentionShape shape) {
    long hidden = config.hiddenSize();
    return hidden + 2 * hidden * shape.queryWidth() + 2 * hidden * shape.kvWidth();
  }

  static List<Operation> operations(ModelConfig config, AttentionShape shape) {
    int hidden = config.hiddenSize();
    int rotated = shape.queryWidth() + shape.kvWidth();
    return List.of(
        new Operation.Elementwise(4L * hidden),
        new Operation.Gemm(hidden, shape.queryWidth() + 2 * shape.kvWidth()),
        new Operation.Elementwise(2L * rotated),
        new Operation.SelfAttention(shape),
        new Operation.Gemm(shape.queryWidth(), hidden));
  }
}
