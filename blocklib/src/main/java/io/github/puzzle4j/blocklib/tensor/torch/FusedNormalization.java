package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.List;

/** The norm by PyTorch's own kernels for GPUs. */
final class FusedNormalization implements Normalization {

  private static final Operator FORWARD = Operator.of("_fused_rms_norm");
  private static final Operator BACKWARD = Operator.of("_fused_rms_norm_backward");

  private final TorchCalls calls;
  private final ComposedNormalization composed;

  FusedNormalization(TorchOperations operations) {
    calls = operations.calls;
    composed = new ComposedNormalization(operations);
  }

  @Override
  public TorchTensor forward(TorchTensor x, TorchTensor gain, double epsilon) {
    long[] results =
        calls.many(
            2,
            FORWARD,
            x,
            new Argument.Wholes(x.size(-1)),
            Argument.some(gain),
            Argument.some(new Argument.Real(epsilon)));
    calls.free(results[1]);
    return new TorchTensor(calls, results[0]);
  }

  @Override
  public List<NativeTensor> backward(
      TorchTensor gradient, TorchTensor x, TorchTensor gain, double epsilon) {
    // The interface keeps nothing of the forward pass; this is one more pass over x.
    try (TorchTensor reciprocal = composed.reciprocal(x, epsilon)) {
      long[] results =
          calls.many(
              2,
              BACKWARD,
              gradient,
              x,
              new Argument.Wholes(x.size(-1)),
              reciprocal,
              Argument.some(gain),
              new Argument.Wholes(1, 1));
      return List.of(new TorchTensor(calls, results[0]), new TorchTensor(calls, results[1]));
    }
  }
}
