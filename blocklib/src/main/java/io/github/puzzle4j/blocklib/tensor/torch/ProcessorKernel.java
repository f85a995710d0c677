package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;

/** Tiled attention on processors. */
record ProcessorKernel(TorchCalls calls) implements AttentionKernel {

  private static final Operator FORWARD =
      Operator.of("_scaled_dot_product_flash_attention_for_cpu");
  private static final Operator BACKWARD =
      Operator.of("_scaled_dot_product_flash_attention_for_cpu_backward");

  @Override
  public boolean groupsHeads() {
    return false;
  }

  @Override
  public Attention forward(Scores scores) {
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

  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    return calls.tensors(
        calls.many(
            3,
            BACKWARD,
            gradient,
            scores.query(),
            scores.key(),
            scores.value(),
            attended.output(),
            attended.kept().get(0),
            Argument.NO_DROPOUT,
            scores.causalArgument(),
            Argument.maybe(scores.mask()),
            scores.scaleArgument()));
  }
}
