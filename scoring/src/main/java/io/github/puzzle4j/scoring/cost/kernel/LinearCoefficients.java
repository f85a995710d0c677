package io.github.puzzle4j.scoring.cost.kernel;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of a kernel as a launch, its arithmetic and its memory traffic one after the other: what
 * processors without tiles and waves show, whatever the kernel. Only weights and KV cache count as
 * traffic; activations stay in the cache of a processor.
 *
 * @param computeEfficiency share of the peak; over 1 where the peak was found with slower products
 * @param bandwidthEfficiency share of the bandwidth; over 1 where caches help
 * @param launchMicroseconds one call, its share of waiting for other threads included
 * @param provenance where the numbers come from
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

  /** Tokens that the query of one new token sees. */
  private static double seen(KernelCall.DecodeAttention call) {
    return call.window() == KernelCall.FULL
        ? call.context()
        : Math.min(call.context(), call.window());
  }

  /** Tokens that a query of a prompt sees on average. */
  private static double mean(long tokens, int window) {
    if (window == KernelCall.FULL || window >= tokens) {
      return (tokens + 1) / 2.0;
    }
    return window - window * (window - 1.0) / (2.0 * tokens);
  }
}
