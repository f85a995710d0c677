package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Float32 products on processors by oneDNN, which PyTorch itself asks for narrower types alone: its
 * own choice, MKL, leaves the wide registers of processors other than Intel's unused.
 */
final class OneDnnProducts {

  /** Multiplications from which on preparing a kernel, some 15 µs, is worth it. */
  private static final long LEAST = 1L << 23;

  /** C string: nothing is applied to the product. */
  private static final long PLAIN = Arena.global().allocateFrom("none").address();

  private final TorchCalls calls;

  /** Empty on GPUs, and where PyTorch was built without oneDNN. */
  private final Optional<MemorySegment> function;

  OneDnnProducts(TorchCalls calls, TorchDevice device) {
    this.calls = calls;
    function =
        device.isGpu() ? Optional.empty() : calls.symbols.find("aoti_torch_cpu__linear_pointwise");
  }

  /**
   * Whether a product is done faster here. A left operand that lies column by column is not.
   *
   * @param x {@code [.., in]}
   * @param width of the result
   */
  boolean suit(TorchTensor x, long width) {
    return function.isPresent()
        && x.type() == TensorType.F32
        && x.isContiguous()
        && x.elements() * width >= LEAST;
  }

  /** {@code x Wᵀ}, where W is {@code [out, in]} of any strides. */
  TorchTensor linear(TorchTensor x, TorchTensor matrix) {
    return calls.made(
        "linear",
        result ->
            Native.call(
                function.orElseThrow(), x.handle(), matrix.handle(), 0, PLAIN, 0, 0, 0, result),
        x,
        matrix);
  }
}
