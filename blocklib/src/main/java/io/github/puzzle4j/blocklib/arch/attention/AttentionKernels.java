package io.github.puzzle4j.blocklib.arch.attention;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Size and work of softmax attention, whatever its heads. Among GPUs, heads are divided: query, key
 * and value by outputs, the output projection by inputs, after which the GPUs' results are summed.
 */
final class AttentionKernels {

  private AttentionKernels() {}

  static long matrixParameters(ModelConfig config, AttentionShape whole, int gpus) {
    AttentionShape shape = whole.onOneOf(gpus);
    return 2L * config.hiddenSize() * (shape.queryWidth() + (long) shape.kvWidth());
  }

  static long otherParameters(ModelConfig config, AttentionShape whole, int gpus) {
    return config.hiddenSize()
        + config.traits().parameters(whole.onOneOf(gpus), config.hiddenSize());
  }

  static Optional<String> objection(AttentionShape whole, int gpus) {
    return whole.objection(gpus);
  }

  static List<Operation> operations(
      ModelConfig config, AttentionShape whole, int window, int gpus) {
    AttentionShape shape = whole.onOneOf(gpus);
    int hidden = config.hiddenSize();
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.Elementwise(4L * hidden));
    operations.add(new Operation.Gemm(hidden, shape.queryWidth() + 2 * shape.kvWidth()));
    if (config.traits().headNorm() == AttentionTraits.HeadNorm.QUERY_AND_KEY) {
      operations.add(new Operation.Elementwise(2L * shape.queryWidth()));
      operations.add(new Operation.Elementwise(2L * shape.kvWidth()));
    }
    // Queries and keys are turned. Writing them to the cache counts as part of the attention.
    operations.add(new Operation.Elementwise(2L * shape.queryWidth() + 2L * shape.kvWidth()));
    operations.add(new Operation.SelfAttention(shape, window));
    operations.add(new Operation.Gemm(shape.queryWidth(), hidden));
    if (gpus > 1) {
      operations.add(new Operation.AllReduce(hidden));
    }
    return List.copyOf(operations);
  }
}
