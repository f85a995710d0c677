package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of attention of one new token per request over a 16-bit KV cache.
 *
 * <p>Reading the cache at a share of the bandwidth overlaps with the waves of thread blocks, one
 * for each request, KV head and 16 query heads of its group. A launch costs a constant, and each
 * doubling of the context costs a little more, since contexts are split and merged.
 *
 * @param bandwidthEfficiency share of the bandwidth that reading the cache reaches
 * @param residentSpeedup how many times faster a cache is read that fits the L2
 * @param launchMicroseconds floor of one launch
 * @param doublingMicroseconds for each doubling of the context
 * @param doublingTokens context at which the doublings begin
 * @param waveMicroseconds one wave of thread blocks with heads of width 128
 * @param waveWidthExponent how a wave grows with the head width
 * @param freeWaves waves that the launch covers
 * @param overlapPower see {@link Overlap}
 * @param provenance where the numbers come from
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DecodeAttentionCoefficients(
    double bandwidthEfficiency,
    double residentSpeedup,
    double launchMicroseconds,
    double doublingMicroseconds,
    double doublingTokens,
    double waveMicroseconds,
    double waveWidthExponent,
    double freeWaves,
    double overlapPower,
    Provenance provenance)
    implements KernelFormula<KernelCall.DecodeAttention> {

  private static final int BYTES = 2;
  private static final int GROUP = 16;

  public DecodeAttentionCoefficients {
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.require("resident_speedup", residentSpeedup);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("doubling_microseconds", doublingMicroseconds);
    Positive.require("doubling_tokens", doublingTokens);
    Positive.requireNotNegative("wave_microseconds", waveMicroseconds);
    Positive.requireNotNegative("wave_width_exponent", waveWidthExponent);
    Positive.requireNotNegative("free_waves", freeWaves);
    Positive.requirePower("overlap_power", overlapPower);
  }

  /**
   * Seconds of one layer in a running model: its cache was last read a whole step ago, and the
   * other layers have since pushed it out of the L2.
   */
  @Override
  public double seconds(Datasheet gpu, KernelCall.DecodeAttention call) {
    return seconds(gpu, call.heads(), call.batch(), call.context(), 1);
  }

  /** Seconds where nothing but this kernel runs, as tables measure it: small caches stay in L2. */
  @Override
  public double secondsAlone(Datasheet gpu, KernelCall.DecodeAttention call) {
    boolean resident = cacheBytes(call.heads(), call.batch(), call.context()) < gpu.l2Bytes();
    return seconds(gpu, call.heads(), call.batch(), call.context(), resident ? residentSpeedup : 1);
  }

  private double seconds(
      Datasheet gpu, AttentionShape shape, long batch, double contextTokens, double speedup) {
    double queries = 2.0 * BYTES * batch * shape.queryWidth();
    double traffic = cacheBytes(shape, batch, contextTokens) + queries;
    double memory = traffic / (gpu.memoryBytesPerSecond() * bandwidthEfficiency * speedup);
    int groups = Math.ceilDiv(shape.heads() / shape.kvHeads(), GROUP);
    double waves = (double) batch * shape.kvHeads() * groups / gpu.multiprocessors();
    double tiles =
        Math.max(0, waves - freeWaves)
            * waveMicroseconds
            * 1e-6
            * Math.pow(shape.headDim() / 128.0, waveWidthExponent);
    double doublings = Math.log1p(contextTokens / doublingTokens) / Math.log(2);
    return (launchMicroseconds + doublingMicroseconds * doublings) * 1e-6
        + Overlap.of(overlapPower, memory, tiles);
  }

  private static double cacheBytes(AttentionShape shape, long batch, double contextTokens) {
    return 2.0 * BYTES * batch * contextTokens * shape.kvWidth();
  }
}
