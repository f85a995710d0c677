package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;

/** cuDNN's attention on GPUs: 16-bit types, without a mask. */
record CudnnKernel(TorchCalls calls) implements AttentionKernel {

  private static final Operator FORWARD = Operator.of("_scaled_dot_product_cudnn_attention");
  private static final Operator BACKWARD =
      Operator.of("_scaled_dot_product_cudnn_attention_backward");

  @Override
  public boolean groupsHeads() {
    return true;
  }

  @Override
  public Attention forward(Scores scores) {
    long[] results =
        calls.many(
            9,
            FORWARD,
            scores.query(),
            scores.key(),
            scores.value(),
            Argument.NONE,
            Argument.TRUE,
            Argument.NO_DROPOUT,
            scores.causalArgument(),
            Argument.FALSE,
            scores.scaleArgument());
    // output, logsumexp, cum_seq_q, cum_seq_k, max_q, max_k, seed, offset, debug mask
    return new Attention(
        this,
        new TorchTensor(calls, results[0]),
        List.of(
            new TorchTensor(calls, results[1]),
            new TorchTensor(calls, results[2]),
            new TorchTensor(calls, results[3]),
            Argument.of(results[4]),
            Argument.of(results[5]),
            new TorchTensor(calls, results[6]),
            new TorchTensor(calls, results[7]),
            new TorchTensor(calls, results[8])));
  }

  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    List<Argument> kept = attended.kept();
    try (TorchTensor noMask = calls.undefined()) {
      return calls.tensors(
          calls.many(
              3,
              BACKWARD,
              gradient,
              scores.query(),
              scores.key(),
              scores.value(),
              attended.output(),
              kept.get(0),
              kept.get(5),
              kept.get(6),
              noMask,
              kept.get(1),
              kept.get(2),
              kept.get(3),
              kept.get(4),
              Argument.NO_DROPOUT,
              scores.causalArgument(),
              scores.scaleArgument()));
    }
  }
}
