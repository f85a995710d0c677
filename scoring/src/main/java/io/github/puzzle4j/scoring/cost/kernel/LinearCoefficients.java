package io.github.puzzle4j.scoring.cost.kernel;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a kernel as the sum of launch, arithmetic and memory traffic: a model for processors,
 * which have no tiles and waves. Only weights and KV cache count as traffic; activations stay in
 * the processor's cache.
 *
 * @param computeEfficiency share of the peak; above 1 if the peak was measured with slower products
 * @param bandwidthEfficiency share of the bandwidth; above 1 if caches help
 * @param launchMicroseconds per call, including synchronisation of threads
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record LinearCoefficients(
    double computeEfficiency,
    double bandwidthEfficiency,
    double launchMicroseconds,
    Provenance provenance)
    implements KernelFormula<KernelCall> {

  public LinearCoefficients {
    Positive.require("compute_efficiency", computeEfficiency);
    Positive.require("bandwidth_efficiency", bandwidthEfficiency);
    Positive.requireNotNegative("launch_microseconds", launchMicroseconds);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall call) {
    return launchMicroseconds * 1e-6
        + flops(call) / (gpu.flopsPerSecond(NumberFormat.BF16) * computeEfficiency)
        + bytes(call) / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
  }

  private static double flops(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm -> 2.0 * gemm.rows() * gemm.outputs() * gemm.inputs();
      case KernelCall.PrefillAttention prefill ->
          4
              * prefill.sequences()
              * prefill.tokens()
              * mean(prefill.tokens(), prefill.window())
              * prefill.heads().queryWidth();
      case KernelCall.DecodeAttention decode ->
          4 * decode.batch() * seen(decode) * decode.heads().queryWidth();
      case KernelCall.Elementwise _, KernelCall.AllReduce _ -> 0;
      case KernelCall.Experts experts ->
          6.0 * experts.tokens() * experts.chosen() * experts.hidden() * experts.channels();
    };
  }

  private static double bytes(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm gemm ->
          gemm.type().format().bytes() * gemm.outputs() * (double) gemm.inputs();
      case KernelCall.PrefillAttention _ -> 0;
      case KernelCall.DecodeAttention decode ->
          2 * decode.cache().bytes() * decode.batch() * seen(decode) * decode.heads().kvWidth();
      case KernelCall.Elementwise elementwise -> elementwise.bytes();
      case KernelCall.AllReduce sum -> sum.bytes();
      case KernelCall.Experts experts ->
          3
              * experts.type().format().bytes()
              * Math.min(experts.experts(), experts.tokens() * (double) experts.chosen())
              * experts.hidden()
              * experts.channels();
    };
  }

  /** Number of tokens that a new token's query attends to. */
  private static double seen(KernelCall.DecodeAttention call) {
    return call.window() == KernelCall.FULL
        ? call.context()
        : Math.min(call.context(), call.window());
  }

  /** Mean number of tokens that a query of a prompt attends to. */
  private static double mean(long tokens, int window) {
    if (window == KernelCall.FULL || window >= tokens) {
      return (tokens + 1) / 2.0;
    }
    return window - window * (window - 1.0) / (2.0 * tokens);
  }
}
