package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Memory-efficient attention (Rabe and Staats, arXiv 2112.05682) on GPUs: all types, masks. */
record EfficientKernel(TorchOperations operations) implements AttentionKernel {

  private static final Operator FORWARD = Operator.of("_scaled_dot_product_efficient_attention");
  private static final Operator BACKWARD =
      Operator.of("_scaled_dot_product_efficient_attention_backward");

  /** Rows of a mask begin at multiples of so many elements. */
  private static final long ROW = 16;

  @Override
  public boolean groupsHeads() {
    return false;
  }

  @Override
  public Attention forward(Scores scores) {
    TorchCalls calls = operations.calls;
    Optional<TorchTensor> mask = scores.mask().map(added -> aligned(added, scores));
    try {
      long[] results =
          calls.many(
              4,
              FORWARD,
              scores.query(),
              scores.key(),
              scores.value(),
              Argument.maybe(mask),
              Argument.TRUE,
              Argument.NO_DROPOUT,
              scores.causalArgument(),
              scores.scaleArgument());
      // output, logsumexp, seed, offset
      return new Attention(
          this,
          new TorchTensor(calls, results[0]),
          List.of(
              new TorchTensor(calls, results[1]),
              new TorchTensor(calls, results[2]),
              new TorchTensor(calls, results[3])));
    } finally {
      mask.ifPresent(TorchTensor::close);
    }
  }

  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    TorchCalls calls = operations.calls;
    List<Argument> kept = attended.kept();
    try (TorchTensor mask =
        scores.mask().map(added -> aligned(added, scores)).orElseGet(calls::undefined)) {
      long[] results =
          calls.many(
              4,
              BACKWARD,
              gradient,
              scores.query(),
              scores.key(),
              scores.value(),
              mask,
              attended.output(),
              kept.get(0),
              kept.get(1),
              kept.get(2),
              Argument.NO_DROPOUT,
              new Argument.Wholes(1, 1, 1, 0),
              scores.causalArgument(),
              scores.scaleArgument());
      // The last one, of the mask, was not asked for.
      calls.free(results[3]);
      return calls.tensors(Arrays.copyOf(results, 3));
    }
  }

  /** The mask in the queries' type, for each batch and head, in aligned rows. */
  private TorchTensor aligned(TorchTensor mask, Scores scores) {
    long tokens = mask.size(0);
    long keys = mask.size(1);
    long[] rows = {tokens, (keys + ROW - 1) / ROW * ROW};
    try (TorchTensor padded = operations.empty(scores.query().type(), rows);
        TorchTensor inner = operations.sliced(padded, 1, 0, keys)) {
      operations.assign(inner, mask);
      return operations.expanded(
          inner, scores.query().size(0), scores.query().size(1), tokens, keys);
    }
  }
}
