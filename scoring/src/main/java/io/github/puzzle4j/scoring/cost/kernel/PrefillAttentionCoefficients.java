package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of causal attention over whole prompts with 16-bit numbers.
 *
 * <p>Three parts overlap: the arithmetic of all tiles with a small overhead for each wave of them,
 * the traffic, and the longest walk of one tile along the prompt, which alone counts while the GPU
 * is not full.
 *
 * @param computeEfficiency share of the peak with heads of width 128
 * @param bandwidthEfficiency share of the bandwidth that queries, keys, values and outputs reach
 * @param widthExponent how the share of the peak grows with the head width
 * @param launchMicroseconds floor of one launch
 * @param waveMicroseconds overhead of one wave of 128-token tiles
 * @param walkMicrosecondsPerThousandTokens one tile's walk along the prompt
 * @param overlapPower see {@link Overlap}
 * @param provenance where the numbers come from
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PrefillAttentionCoefficients(
    double computeEfficiency,
    double bandwidthEfficiency,
    double widthExponent,
    double launchMicroseconds,
    double waveMicroseconds,
    double walkMicrosecondsPerThousandTokens,
    double overlapPower,
    Provenance provenance)
    implements KernelFormula<KernelCall.PrefillAttention> {

  private static final int BYTES = 2;
  private static final double TILE_TOKENS = 128;

  public PrefillAttentionCoefficients {
    Positive.requireShare("compute_efficiency", computeEfficiency);
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.requireNotNegative("width_exponent", widthExponent);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("wave_microseconds", waveMicroseconds);
    Positive.requireNotNegative(
        "walk_microseconds_per_thousand_tokens", walkMicrosecondsPerThousandTokens);
    Positive.requirePower("overlap_power", overlapPower);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.PrefillAttention call) {
    return seconds(gpu, call.heads(), call.sequences(), call.tokens());
  }

  private double seconds(Datasheet gpu, AttentionShape shape, double sequences, long promptTokens) {
    double width = shape.headDim() / 128.0;
    double heads = sequences * shape.heads();
    double flops = 2 * heads * shape.headDim() * promptTokens * (promptTokens + 1.0);
    double rate =
        gpu.flopsPerSecond(NumberFormat.BF16) * computeEfficiency * Math.pow(width, widthExponent);
    double waves = heads * Math.max(1, promptTokens / TILE_TOKENS) / gpu.multiprocessors();
    double compute = flops / rate + waveMicroseconds * 1e-6 * waves;
    double traffic =
        2.0 * BYTES * sequences * promptTokens * ((double) shape.queryWidth() + shape.kvWidth());
    double memory = traffic / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
    double walk =
        walkMicrosecondsPerThousandTokens
            * 1e-9
            * promptTokens
            * Math.pow(width, 1 - widthExponent);
    return launchMicroseconds * 1e-6 + Overlap.of(overlapPower, compute, memory, walk);
  }
}
