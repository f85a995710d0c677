package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the coefficients of one engine on one GPU predict. */
public record PredictedKernels(Datasheet gpu, BackendProfile profile) implements KernelTimes {

  @Override
  public Optional<Estimate> of(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm -> estimate(profile.gemm().get(gemm.type()), gemm);
      case KernelCall.PrefillAttention prefill ->
          estimate(profile.prefillAttention().get(prefill.cache()), prefill);
      case KernelCall.DecodeAttention decode ->
          estimate(profile.decodeAttention().get(decode.cache()), decode);
      case KernelCall.Elementwise elementwise -> estimate(profile.elementwise(), elementwise);
      case KernelCall.AllReduce _, KernelCall.Experts _ -> Optional.empty();
    };
  }

  private <C extends KernelCall> Optional<Estimate> estimate(
      @Nullable KernelFormula<? super C> formula, C call) {
    return formula == null
        ? Optional.empty()
        : Optional.of(Estimate.of(formula.seconds(gpu, call), formula.provenance()));
  }
}
