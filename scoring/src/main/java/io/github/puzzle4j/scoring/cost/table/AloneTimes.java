package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Predictions of calls as tables measure them. */
final class AloneTimes {

  private AloneTimes() {}

  /** Empty where the profile has no coefficients for such calls. */
  static OptionalDouble seconds(PredictedKernels kernels, KernelCall call) {
    BackendProfile profile = kernels.profile();
    return switch (call) {
      case KernelCall.Gemm it -> seconds(kernels, profile.gemm().get(it.type()), it);
      case KernelCall.PrefillAttention it ->
          seconds(kernels, profile.prefillAttention().get(it.cache()), it);
      case KernelCall.DecodeAttention it ->
          seconds(kernels, profile.decodeAttention().get(it.cache()), it);
      case KernelCall.Elementwise it -> seconds(kernels, profile.elementwise(), it);
      case KernelCall.AllReduce _, KernelCall.Experts _ -> OptionalDouble.empty();
    };
  }

  private static <C extends KernelCall> OptionalDouble seconds(
      PredictedKernels kernels, @Nullable KernelFormula<C> formula, C call) {
    return formula == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(formula.secondsAlone(kernels.gpu(), call));
  }
}
