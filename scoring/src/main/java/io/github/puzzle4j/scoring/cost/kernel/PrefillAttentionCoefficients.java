package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of causal attention over whole prompts with 16-bit arithmetic, for heads of one width,
 * including writing the prompts' keys and values to the cache.
 *
 * <p>With {@code b} prompts of {@code s} tokens, {@code h} query heads and {@code kv} heads of
 * width {@code d}, where a query attends to at most {@code w} tokens (all without a window), and
 * {@code n} bytes per number in the cache:
 *
 * <pre>
 * arithmetic = 4 b h d (s (s + 1) - (s - w) (s - w + 1)) / 2 / (peak * compute_efficiency)
 *              + tile * b h (tile_floor + s / 128) / multiprocessors
 * walk       = walk * w / 1000
 * t          = launch + overlap(arithmetic, walk)
 *              + 4 b s h d / (bandwidth * bandwidth_efficiency)
 *              + write_overlap(2 (2 + n) b s kv d / (bandwidth * write_bandwidth_efficiency),
 *                              write * b s min(1, kv d / 512)^write_width_exponent)
 * </pre>
 *
 * <p>{@code walk} is the time of the longest tile, which iterates over the whole prompt; it
 * dominates while the GPU is not fully occupied. The cache is written by a separate kernel with one
 * thread block per token. Its time depends on the width until a token's keys fill a block of 512
 * threads, and is bound by bandwidth from there on. Windows are not aligned to blocks, so that
 * {@code w} is the window plus {@code window_extra_tokens}.
 *
 * <p>The time increases with tokens, prompts, query heads and KV heads.
 *
 * @param computeEfficiency share of the peak inside a tile
 * @param bandwidthEfficiency share of the bandwidth for queries and outputs
 * @param launchMicroseconds minimum time of all launches
 * @param tileMicroseconds overhead per tile of 128 tokens of one head
 * @param tileFloor additional tiles per head
 * @param walkMicrosecondsPerThousandTokens time of one tile per 1,000 tokens of the prompt
 * @param overlapPower see {@link Overlap}
 * @param windowExtraTokens tokens computed beyond a window
 * @param writeNanosecondsPerToken per thread block of the kernel that writes the cache
 * @param writeWidthExponent growth of that with the width of a token's keys, up to 512
 * @param writeBandwidthEfficiency share of the bandwidth for writing the cache
 * @param writeOverlapPower overlap of blocks and bandwidth when writing the cache
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PrefillAttentionCoefficients(
    double computeEfficiency,
    double bandwidthEfficiency,
    double launchMicroseconds,
    double tileMicroseconds,
    double tileFloor,
    double walkMicrosecondsPerThousandTokens,
    double overlapPower,
    double windowExtraTokens,
    double writeNanosecondsPerToken,
    double writeWidthExponent,
    double writeBandwidthEfficiency,
    double writeOverlapPower,
    Provenance provenance)
    implements KernelFormula<KernelCall.PrefillAttention> {

  private static final int BYTES = 2;
  private static final double TILE_TOKENS = 128;
  private static final double WRITE_THREADS = 512;

  public PrefillAttentionCoefficients {
    Positive.requireShare("compute_efficiency", computeEfficiency);
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("tile_microseconds", tileMicroseconds);
    Positive.requireNotNegative("tile_floor", tileFloor);
    Positive.requireNotNegative(
        "walk_microseconds_per_thousand_tokens", walkMicrosecondsPerThousandTokens);
    Positive.requirePower("overlap_power", overlapPower);
    Positive.requireNotNegative("window_extra_tokens", windowExtraTokens);
    Positive.requireNotNegative("write_nanoseconds_per_token", writeNanosecondsPerToken);
    Positive.requireNotNegative("write_width_exponent", writeWidthExponent);
    Positive.requireShare("write_bandwidth_efficiency", writeBandwidthEfficiency);
    Positive.requirePower("write_overlap_power", writeOverlapPower);
  }

  /** The coefficients for a fit. */
  public static FormulaFamily<KernelCall.PrefillAttention> family() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("compute_efficiency", 0.6, 0.02, 1),
            new Coefficient("bandwidth_efficiency", 0.6, 0.1, 1),
            new Coefficient("launch_microseconds", 11, 2, 40),
            new Coefficient("tile_microseconds", 0.5, 1e-3, 20),
            new Coefficient("tile_floor", 0.5, 1e-4, 6),
            new Coefficient("walk_microseconds_per_thousand_tokens", 7, 0.1, 800),
            new Coefficient("overlap_power", 2, 1, 16),
            new Coefficient("window_extra_tokens", 80, 1, 512),
            new Coefficient("write_nanoseconds_per_token", 4, 1e-3, 60),
            new Coefficient("write_width_exponent", 1.3, 0.01, 6),
            new Coefficient("write_bandwidth_efficiency", 0.6, 0.05, 1),
            new Coefficient("write_overlap_power", 1.5, 1, 16)),
        PrefillAttentionCoefficients::of);
  }

  private static PrefillAttentionCoefficients of(List<Double> found, Provenance provenance) {
    return new PrefillAttentionCoefficients(
        found.get(0),
        found.get(1),
        found.get(2),
        found.get(3),
        found.get(4),
        found.get(5),
        found.get(6),
        found.get(7),
        found.get(8),
        found.get(9),
        found.get(10),
        found.get(11),
        provenance);
  }

  @Override
  public double seconds(Datasheet gpu, KernelCall.PrefillAttention call) {
    double heads = call.sequences() * call.heads().heads();
    double seen = tokensSeen(call);
    double unseen = call.tokens() - seen;
    double pairs = (call.tokens() * (call.tokens() + 1.0) - unseen * (unseen + 1)) / 2;
    double flops = 4 * heads * call.heads().headDim() * pairs;
    double tiles = heads * (tileFloor + call.tokens() / TILE_TOKENS) / gpu.multiprocessors();
    double arithmetic =
        flops / (gpu.flopsPerSecond(NumberFormat.BF16) * computeEfficiency)
            + tileMicroseconds * 1e-6 * tiles;
    double walk = walkMicrosecondsPerThousandTokens * 1e-9 * seen;
    double queries =
        2.0
            * BYTES
            * call.sequences()
            * call.tokens()
            * call.heads().queryWidth()
            / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
    return launchMicroseconds * 1e-6
        + Overlap.of(overlapPower, arithmetic, walk)
        + queries
        + writing(gpu, call);
  }

  private double writing(Datasheet gpu, KernelCall.PrefillAttention call) {
    double tokens = call.sequences() * call.tokens();
    double bytes = 2 * (BYTES + call.cache().bytes()) * tokens * call.heads().kvWidth();
    double share = Math.min(1, call.heads().kvWidth() / WRITE_THREADS);
    return Overlap.of(
        writeOverlapPower,
        bytes / (gpu.memoryBytesPerSecond() * writeBandwidthEfficiency),
        writeNanosecondsPerToken * 1e-9 * tokens * Math.pow(share, writeWidthExponent));
  }

  private double tokensSeen(KernelCall.PrefillAttention call) {
    return call.window() == KernelCall.FULL || call.tokens() <= call.window()
        ? (double) call.tokens()
        : Math.min(call.window() + windowExtraTokens, (double) call.tokens());
  }
}
