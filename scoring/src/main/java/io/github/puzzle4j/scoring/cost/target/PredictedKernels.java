package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.scoring.cost.kernel.AllReduceCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the coefficients of one engine on one GPU predict. */
public record PredictedKernels(Datasheet gpu, BackendProfile profile) implements KernelTimes {

  @Override
  public Optional<Estimate> of(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm -> estimate(profile.gemm().get(gemm.type()), gemm);
      case KernelCall.PrefillAttention prefill ->
          AttentionKernel.forCall(
                  profile.prefillAttention(), prefill.cache(), prefill.heads().headDim())
              .flatMap(formula -> estimate(formula, prefill));
      case KernelCall.DecodeAttention decode ->
          AttentionKernel.forCall(
                  profile.decodeAttention(), decode.cache(), decode.heads().headDim())
              .flatMap(formula -> estimate(formula, decode));
      case KernelCall.Elementwise elementwise -> estimate(profile.elementwise(), elementwise);
      case KernelCall.AllReduce sum -> allReduce(sum);
      case KernelCall.Experts _ -> Optional.empty();
    };
  }

  /** By the formula of the next number of GPUs that was measured; nothing without a link. */
  private Optional<Estimate> allReduce(KernelCall.AllReduce call) {
    if (call.gpus() == 1) {
      return Optional.of(Estimate.ZERO);
    }
    Map.Entry<Integer, AllReduceCoefficients> formula =
        profile.allReduce().ceilingEntry(call.gpus());
    return formula == null || gpu.interconnectBytesPerSecond() == 0
        ? Optional.empty()
        : estimate(formula.getValue(), call);
  }

  private <C extends KernelCall> Optional<Estimate> estimate(
      @Nullable KernelFormula<C> formula, C call) {
    return formula == null
        ? Optional.empty()
        : Optional.of(Estimate.of(formula.seconds(gpu, call), formula.provenance()));
  }
}
