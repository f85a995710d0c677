package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.torch.AttentionKernel.Scores;
import io.github.puzzle4j.blocklib.tensor.torch.TorchAttention.AttentionChoice;
import io.github.puzzle4j.blocklib.tensor.torch.TorchAttention.Prepared;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kernels of GPUs: with a mask or in float32 the memory-efficient one, else what PyTorch itself
 * would take on this GPU.
 */
final class GpuKernels implements AttentionChoice {

  private static final Set<TensorType> HALVES = EnumSet.of(TensorType.F16, TensorType.BF16);
  private static final Operator CHOICE = Operator.of("_fused_sdp_choice");

  // PyTorch's numbers of its kernels.
  private static final long FLASH = 1;
  private static final long CUDNN = 3;

  /** The kernels for 16-bit types have heads of multiples of this width. */
  private static final long HEAD_STEP = 8;

  /** The memory-efficient kernel reads so many bytes at once. */
  private static final long ALIGNMENT = 16;

  private final TorchCalls calls;
  private final Optional<AttentionKernel> flash;
  private final Optional<AttentionKernel> cudnn;
  private final AttentionKernel efficient;
  private final AttentionKernel composed;

  GpuKernels(TorchOperations operations, CudaSymbols cuda) {
    calls = operations.calls;
    CudaAttention attention = new CudaAttention(calls);
    flash = cuda.flash().map(functions -> new FlashKernel(attention, functions));
    cudnn = cuda.cudnn().map(functions -> new CudnnKernel(attention, functions));
    efficient = new EfficientKernel(operations);
    composed = new ComposedKernel(operations);
  }

  @Override
  public AttentionKernel of(Prepared operands) {
    // With fewer queries than keys, kernels differ in which of them a causal query sees.
    boolean square = !operands.causal || operands.query.size(2) == operands.key.size(2);
    if (operands.mask.isEmpty()
        && square
        && HALVES.contains(operands.query.type())
        && operands.query.size(-1) % HEAD_STEP == 0) {
      long choice = choice(operands);
      Optional<AttentionKernel> kernel =
          choice == CUDNN ? cudnn : choice == FLASH ? flash : Optional.empty();
      if (kernel.isPresent()) {
        return kernel.get();
      }
    }
    return operands.query.type() != TensorType.F64
            && Stream.of(operands.query, operands.key, operands.value).allMatch(this::aligned)
        ? efficient
        : composed;
  }

  private long choice(Prepared operands) {
    Scores scores = operands.grouped();
    return calls
        .many(
            1,
            CHOICE,
            scores.query(),
            scores.key(),
            scores.value(),
            Argument.NONE,
            Argument.NO_DROPOUT,
            scores.causalArgument(),
            scores.scaleArgument(),
            Argument.of(scores.query().size(1) != scores.key().size(1)))[0];
  }

  private boolean aligned(TorchTensor heads) {
    int bytes = heads.type().bytes();
    boolean rows = heads.size(-1) * bytes % ALIGNMENT == 0;
    for (int axis = 0; axis < heads.rank() - 1; axis++) {
      rows &= heads.strides()[axis] * bytes % ALIGNMENT == 0;
    }
    return rows && calls.address(heads) % ALIGNMENT == 0;
  }
}
