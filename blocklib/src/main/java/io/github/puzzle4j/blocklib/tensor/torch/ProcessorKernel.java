package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.List;

/** Tiled attention on processors. */
record ProcessorKernel(TorchOperations operations) implements AttentionKernel {

  private static final Operator FORWARD =
      Operator.of("_scaled_dot_product_flash_attention_for_cpu");
  private static final Operator BACKWARD =
      Operator.of("_scaled_dot_product_flash_attention_for_cpu_backward");

  @Override
  public boolean groupsHeads() {
    return true;
  }

  @Override
  public Attention forward(Scores scores) {
    TorchCalls calls = operations.calls;
    long[] results =
        calls.many(
            2,
            FORWARD,
            scores.query(),
            scores.key(),
            scores.value(),
            Argument.NO_DROPOUT,
            scores.causalArgument(),
            Argument.maybe(scores.mask()),
            scores.scaleArgument());
    return new Attention(
        this, new TorchTensor(calls, results[0]), List.of(new TorchTensor(calls, results[1])));
  }

  /**
   * In float32 at least: for 16-bit types the kernel asks the allocator for each of its small
   * products, so that its threads wait for each other.
   */
  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    TorchCalls calls = operations.calls;
    try (TorchTensor of = operations.wide(gradient);
        TorchTensor query = operations.wide(scores.query());
        TorchTensor key = operations.wide(scores.key());
        TorchTensor value = operations.wide(scores.value());
        TorchTensor output = operations.wide(attended.output())) {
      long[] results =
          calls.many(
              3,
              BACKWARD,
              of,
              query,
              key,
              value,
              output,
              attended.kept().get(0),
              Argument.NO_DROPOUT,
              scores.causalArgument(),
              Argument.maybe(scores.mask()),
              scores.scaleArgument());
      return calls.tensors(results).stream()
          .map(wide -> narrow(wide, scores.query().type()))
          .toList();
    }
  }

  private TorchTensor narrow(TorchTensor wide, TensorType type) {
    try (wide) {
      return operations.converted(wide, type);
    }
  }
}
