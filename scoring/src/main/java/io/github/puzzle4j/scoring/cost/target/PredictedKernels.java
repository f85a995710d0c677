package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.scoring.cost.kernel.AllReduceCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.ExpertsCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Predictions from the coefficients of an engine on a GPU. */
public record PredictedKernels(Datasheet gpu, BackendProfile profile) implements KernelTimes {

  @Override
  public Optional<Estimate> of(KernelCall call) {
    return formula(call).map(formula -> formula.estimate(gpu));
  }

  /** Source of the prediction for a call; empty if there is none. */
  public Optional<Provenance> provenance(KernelCall call) {
    return formula(call).map(Bound::provenance);
  }

  /** Seconds of a call as measured in tables, alone and repeated; empty if unknown. */
  public OptionalDouble secondsAlone(KernelCall call) {
    Optional<Bound<?>> formula = formula(call);
    return formula.isPresent()
        ? OptionalDouble.of(formula.get().secondsAlone(gpu))
        : OptionalDouble.empty();
  }

  /** A formula with the call to apply it to. */
  private record Bound<C extends KernelCall>(KernelFormula<? super C> formula, C call) {

    Estimate estimate(Datasheet gpu) {
      return Estimate.of(formula.seconds(gpu, call), formula.provenance());
    }

    double secondsAlone(Datasheet gpu) {
      return formula.secondsAlone(gpu, call);
    }

    Provenance provenance() {
      return formula.provenance();
    }
  }

  private Optional<Bound<?>> formula(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm -> bound(gemm(gemm.type()), gemm);
      case KernelCall.PrefillAttention prefill ->
          AttentionKernel.forCall(
                  profile.prefillAttention(), prefill.cache(), prefill.heads().headDim())
              .flatMap(formula -> bound(formula, prefill));
      case KernelCall.DecodeAttention decode ->
          AttentionKernel.forCall(
                  profile.decodeAttention(), decode.cache(), decode.heads().headDim())
              .flatMap(formula -> bound(formula, decode));
      case KernelCall.Elementwise elementwise -> bound(profile.elementwise(), elementwise);
      case KernelCall.Experts experts -> bound(experts(experts.type()), experts);
      case KernelCall.AllReduce sum -> bound(allReduce(sum.gpus()), sum);
    };
  }

  private static <C extends KernelCall> Optional<Bound<?>> bound(
      @Nullable KernelFormula<? super C> formula, C call) {
    return formula == null ? Optional.empty() : Optional.of(new Bound<>(formula, call));
  }

  /** The coefficients of the next larger number of GPUs that was measured; null without a link. */
  private @Nullable AllReduceCoefficients allReduce(int gpus) {
    Map.Entry<Integer, AllReduceCoefficients> entry = profile.allReduce().ceilingEntry(gpus);
    return entry == null || gpu.interconnectBytesPerSecond() == 0 ? null : entry.getValue();
  }

  /** Static FP8 runs the kernels of dynamic FP8, without the quantisation kernels. */
  private @Nullable KernelFormula<? super KernelCall.Gemm> gemm(MatrixType type) {
    KernelFormula<? super KernelCall.Gemm> own = profile.gemm().get(type);
    return own == null && type == MatrixType.FP8_STATIC ? profile.gemm().get(MatrixType.FP8) : own;
  }

  private @Nullable ExpertsCoefficients experts(MatrixType type) {
    ExpertsCoefficients own = profile.experts().get(type);
    return own == null && type == MatrixType.FP8_STATIC
        ? profile.experts().get(MatrixType.FP8)
        : own;
  }
}
