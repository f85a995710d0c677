package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parts of a language model, and the optimizer. */
final class TorchOperations extends TorchArithmetic {

  private static final Operator SILU_BACKWARD = Operator.of("silu_backward.grad_input");
  private static final Operator SCALE_ALL = Operator.of("_foreach_mul_.Tensor");
  private static final Operator VECTOR_NORM = Operator.of("linalg_norm");
  private static final Operator STACK = Operator.of("stack");
  private static final Operator ADAMW = Operator.of("_fused_adamw_");

  private final Normalization normalization;
  private final TorchAttention attention;

  TorchOperations(TorchCalls calls, TorchDevice device, Optional<CudaSymbols> cuda) {
    super(calls, device);
    normalization =
        cuda.isPresent() ? new FusedNormalization(this) : new ComposedNormalization(this);
    attention =
        new TorchAttention(
            this,
            cuda.<TorchAttention.AttentionChoice>map(symbols -> new GpuKernels(this, symbols))
                .orElseGet(this::processorKernel));
  }

  private TorchAttention.AttentionChoice processorKernel() {
    ProcessorKernel kernel = new ProcessorKernel(this);
    return _ -> kernel;
  }

  @Override
  public NativeTensor rmsNorm(NativeTensor x, NativeTensor gain, double epsilon) {
    return normalization.forward(own(x), own(gain), epsilon);
  }

  @Override
  public List<NativeTensor> rmsNormBackward(
      NativeTensor gradient, NativeTensor x, NativeTensor gain, double epsilon) {
    return normalization.backward(own(gradient), own(x), own(gain), epsilon);
  }

  @Override
  public NativeTensor rotate(NativeTensor heads, NativeTensor cos, NativeTensor sin) {
    TorchTensor x = own(heads);
    long width = x.size(-1);
    long half = width / 2;
    try (TorchTensor cosines = angles(cos, x);
        TorchTensor sines = angles(sin, x);
        TorchTensor firstOfX = sliced(x, -1, 0, half);
        TorchTensor secondOfX = sliced(x, -1, half, width);
        TorchTensor firstSines = sliced(sines, -1, 0, half);
        TorchTensor secondSines = sliced(sines, -1, half, width)) {
      TorchTensor rotated = calls.one(MUL, x, cosines);
      try (TorchTensor first = sliced(rotated, -1, 0, half);
          TorchTensor second = sliced(rotated, -1, half, width)) {
        addMultiplied(
            List.of(first, second),
            List.of(secondOfX, firstOfX),
            List.of(firstSines, secondSines),
            1);
      }
      return rotated;
    }
  }

  /**
   * For all heads alike, in the type of what is turned: other types would be converted in passes.
   */
  private TorchTensor angles(NativeTensor table, TorchTensor heads) {
    try (TorchTensor typed = converted(own(table), heads.type())) {
      return reshaped(typed, heads.size(1), 1, heads.size(-1));
    }
  }

  @Override
  public NativeTensor swiglu(NativeTensor gate, NativeTensor up) {
    TorchTensor result = calls.one(SILU, own(gate));
    calls.inPlace(MUL_IN_PLACE, result, own(up));
    return result;
  }

  @Override
  public List<NativeTensor> swigluBackward(
      NativeTensor gradient, NativeTensor gate, NativeTensor up) {
    TorchTensor ofUp = calls.one(SILU, own(gate));
    calls.inPlace(MUL_IN_PLACE, ofUp, own(gradient));
    TorchTensor ofGate = calls.one(MUL, own(gradient), own(up));
    calls.inPlace(SILU_BACKWARD, ofGate, own(gate), ofGate);
    return List.of(ofGate, ofUp);
  }

  @Override
  public Attended attention(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal) {
    return attention.forward(own(query), own(key), own(value), mask.map(TorchMemory::own), causal);
  }

  @Override
  public List<NativeTensor> attentionBackward(
      NativeTensor gradient,
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal,
      Attended attended) {
    return attention.backward(
        own(gradient),
        own(query),
        own(key),
        own(value),
        mask.map(TorchMemory::own),
        causal,
        (Attention) attended);
  }

  // The optimizer

  @Override
  public NativeTensor norm(List<NativeTensor> tensors) {
    List<TorchTensor> norms = new ArrayList<>();
    try {
      for (NativeTensor tensor : tensors) {
        norms.add(norm(own(tensor)));
      }
      try (TorchTensor all = calls.one(STACK, new Argument.Tensors(norms), Argument.of(0))) {
        return norm(all);
      }
    } finally {
      norms.forEach(TorchTensor::close);
    }
  }

  private TorchTensor norm(TorchTensor tensor) {
    try (TorchTensor wide = converted(tensor, TensorType.F32);
        TorchTensor flat = reshaped(wide, wide.elements())) {
      return norms(flat, false);
    }
  }

  /** 2-norms along the last axis. */
  TorchTensor norms(TorchTensor tensor, boolean keep) {
    return calls.one(
        VECTOR_NORM,
        tensor,
        Argument.NONE,
        Argument.some(new Argument.Wholes(-1)),
        Argument.of(keep),
        Argument.NONE);
  }

  @Override
  public void scale(List<NativeTensor> tensors, NativeTensor factor) {
    calls.run(SCALE_ALL, new Argument.Tensors(own(tensors)), own(factor));
  }

  @Override
  public void adamw(
      List<NativeTensor> parameters,
      List<NativeTensor> gradients,
      List<NativeTensor> means,
      List<NativeTensor> squares,
      List<NativeTensor> steps,
      AdamwSettings settings) {
    List<TorchTensor> units = steps.stream().map(_ -> unit()).toList();
    addMultiplied(own(steps), units, units, 1);
    calls.run(
        ADAMW,
        new Argument.Tensors(own(parameters)),
        new Argument.Tensors(own(gradients)),
        new Argument.Tensors(own(means)),
        new Argument.Tensors(own(squares)),
        new Argument.Tensors(List.of()),
        new Argument.Tensors(own(steps)),
        new Argument.Real(settings.rate()),
        new Argument.Real(AdamwSettings.BETA1),
        new Argument.Real(AdamwSettings.BETA2),
        new Argument.Real(settings.decay()),
        new Argument.Real(AdamwSettings.EPSILON),
        Argument.FALSE,
        Argument.FALSE,
        Argument.NONE,
        Argument.NONE);
  }
}
