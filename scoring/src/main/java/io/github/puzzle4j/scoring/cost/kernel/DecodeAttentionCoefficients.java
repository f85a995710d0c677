package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of attention of one new token per request over its cache, for heads of one width.
 *
 * <p>With {@code b} requests, {@code h} query heads, {@code kv} heads of width {@code d} in the
 * cache, {@code s} tokens that each query attends to, and {@code n} bytes per number in the cache:
 *
 * <pre>
 * memory = (2 n b s kv d / speed-up in L2 + 4 b h d) / (bandwidth * bandwidth_efficiency)
 * tiles  = max(0, b kv min(2, ceil(h / kv / query_rows)) / multiprocessors - free_waves)
 *          * (wave + block * s / 128)
 * t      = launch + request * b / (1 + b / request_saturation)
 *          + merge / (1 + (merge_tokens / s)^8) + doubling * log2(1 + s / doubling_tokens)
 *          + overlap(memory, tiles)
 * </pre>
 *
 * <p>For a context longer than the window, {@code s = window + window_extra_tokens}, since windows
 * are not aligned to blocks; {@code tiles} is multiplied by {@code window_wave_factor} and the
 * launch is increased by {@code window_microseconds}, for the kernel variant with a window.
 *
 * <p>The time increases with context and batch. It does not increase when the number of KV heads
 * decreases, as long as a group has at most {@code query_rows} query heads. A larger group needs
 * two blocks: with blocks of 16 rows, 96 query heads take slightly longer with 4 KV heads than with
 * 6.
 *
 * @param bandwidthEfficiency share of the bandwidth for reading the cache
 * @param residentSpeedup speed-up of reading a cache that fits the L2
 * @param residentShare share of the L2's nominal size at which half of a cache still fits
 * @param launchMicroseconds minimum time of all launches: writing the new token's keys and values,
 *     planning, attention
 * @param mergeMicroseconds for merging the parts of a split context
 * @param mergeTokens context length from which on it is split
 * @param doublingMicroseconds per doubling of the context
 * @param doublingTokens context length at which the doublings start
 * @param requestMicroseconds per request, for few requests
 * @param requestSaturation number of requests at which half of that is hidden
 * @param waveMicroseconds per wave of thread blocks
 * @param blockMicroseconds per wave and 128 tokens
 * @param freeWaves number of waves included in the launch
 * @param queryRows query heads of a group per thread block
 * @param overlapPower see {@link Overlap}
 * @param windowExtraTokens tokens read beyond a window
 * @param windowWaveFactor factor on the time of a wave with a window
 * @param windowMicroseconds added to the launch with a window
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DecodeAttentionCoefficients(
    double bandwidthEfficiency,
    double residentSpeedup,
    double residentShare,
    double launchMicroseconds,
    double mergeMicroseconds,
    double mergeTokens,
    double doublingMicroseconds,
    double doublingTokens,
    double requestMicroseconds,
    double requestSaturation,
    double waveMicroseconds,
    double blockMicroseconds,
    double freeWaves,
    double queryRows,
    double overlapPower,
    double windowExtraTokens,
    double windowWaveFactor,
    double windowMicroseconds,
    Provenance provenance)
    implements KernelFormula<KernelCall.DecodeAttention> {

  /** Queries and outputs have 16 bits, for every format of the cache. */
  private static final int QUERY_BYTES = 2;

  private static final double BLOCK_TOKENS = 128;
  private static final double MERGE_POWER = 8;
  private static final double RESIDENT_POWER = 16;

  /** Larger groups run in a kernel with wider blocks. */
  private static final double MAX_BLOCKS = 2;

  public DecodeAttentionCoefficients {
    Positive.requireShare("bandwidth_efficiency", bandwidthEfficiency);
    Positive.require("resident_speedup", residentSpeedup);
    Positive.require("resident_share", residentShare);
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireNotNegative("merge_microseconds", mergeMicroseconds);
    Positive.require("merge_tokens", mergeTokens);
    Positive.requireNotNegative("doubling_microseconds", doublingMicroseconds);
    Positive.require("doubling_tokens", doublingTokens);
    Positive.requireNotNegative("request_microseconds", requestMicroseconds);
    Positive.require("request_saturation", requestSaturation);
    Positive.requireNotNegative("wave_microseconds", waveMicroseconds);
    Positive.requireNotNegative("block_microseconds", blockMicroseconds);
    Positive.requireNotNegative("free_waves", freeWaves);
    Positive.require("query_rows", queryRows);
    Positive.requirePower("overlap_power", overlapPower);
    Positive.requireNotNegative("window_extra_tokens", windowExtraTokens);
    Positive.require("window_wave_factor", windowWaveFactor);
    Positive.requireNotNegative("window_microseconds", windowMicroseconds);
  }

  /** The coefficients for a fit. */
  public static FormulaFamily<KernelCall.DecodeAttention> family() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("bandwidth_efficiency", 0.92, 0.3, 1),
            new Coefficient("resident_speedup", 2.5, 1, 8),
            new Coefficient("resident_share", 0.8, 0.3, 2),
            new Coefficient("launch_microseconds", 11, 2, 40),
            new Coefficient("merge_microseconds", 1.5, 1e-4, 20),
            new Coefficient("merge_tokens", 200, 20, 4000),
            new Coefficient("doubling_microseconds", 1, 1e-4, 12),
            new Coefficient("doubling_tokens", 1500, 8, 50_000),
            new Coefficient("request_microseconds", 0.01, 1e-5, 0.5),
            new Coefficient("request_saturation", 500, 50, 5000),
            new Coefficient("wave_microseconds", 3, 0.1, 400),
            new Coefficient("block_microseconds", 0.1, 1e-4, 10),
            new Coefficient("free_waves", 0.6, 1e-3, 4),
            new Coefficient("query_rows", 64, 8, 128),
            new Coefficient("overlap_power", 1.7, 1, 16),
            new Coefficient("window_extra_tokens", 30, 1, 256),
            new Coefficient("window_wave_factor", 1.2, 1, 4),
            new Coefficient("window_microseconds", 1, 1e-2, 12)),
        DecodeAttentionCoefficients::of);
  }

  private static DecodeAttentionCoefficients of(List<Double> found, Provenance provenance) {
    return new DecodeAttentionCoefficients(
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
        found.get(12),
        found.get(13),
        found.get(14),
        found.get(15),
        found.get(16),
        found.get(17),
        provenance);
  }

  /**
   * Seconds of one layer in a running model. The cache was last read one step ago, and other layers
   * have evicted it from the L2 since.
   */
  @Override
  public double seconds(Datasheet gpu, KernelCall.DecodeAttention call) {
    return seconds(gpu, call, cacheBytes(call));
  }

  /** Seconds if only this kernel runs, as in tables: small caches stay in the L2. */
  @Override
  public double secondsAlone(Datasheet gpu, KernelCall.DecodeAttention call) {
    double cache = cacheBytes(call);
    double resident = 1 / (1 + Math.pow(cache / (residentShare * gpu.l2Bytes()), RESIDENT_POWER));
    return seconds(gpu, call, cache * (1 - resident + resident / residentSpeedup));
  }

  private double seconds(Datasheet gpu, KernelCall.DecodeAttention call, double cacheBytes) {
    double queries = 2.0 * QUERY_BYTES * call.batch() * call.heads().queryWidth();
    double memory = (cacheBytes + queries) / (gpu.memoryBytesPerSecond() * bandwidthEfficiency);
    double seen = tokensSeen(call);
    double fixed =
        launchMicroseconds
            + (windowed(call) ? windowMicroseconds : 0)
            + requestMicroseconds * call.batch() / (1 + call.batch() / requestSaturation)
            + mergeMicroseconds / (1 + Math.pow(mergeTokens / seen, MERGE_POWER))
            + doublingMicroseconds * Math.log1p(seen / doublingTokens) / Math.log(2);
    return fixed * 1e-6 + Overlap.of(overlapPower, memory, tiles(gpu, call, seen));
  }

  private double tiles(Datasheet gpu, KernelCall.DecodeAttention call, double seen) {
    double group = (double) call.heads().heads() / call.heads().kvHeads();
    double perGroup = Math.min(MAX_BLOCKS, Math.ceil(group / queryRows));
    double blocks = call.batch() * call.heads().kvHeads() * perGroup;
    double wave = waveMicroseconds + blockMicroseconds * seen / BLOCK_TOKENS;
    return Math.max(0, blocks / gpu.multiprocessors() - freeWaves)
        * wave
        * (windowed(call) ? windowWaveFactor : 1)
        * 1e-6;
  }

  private double cacheBytes(KernelCall.DecodeAttention call) {
    return 2 * call.cache().bytes() * call.batch() * tokensSeen(call) * call.heads().kvWidth();
  }

  private double tokensSeen(KernelCall.DecodeAttention call) {
    return windowed(call)
        ? Math.min(call.window() + windowExtraTokens, call.context())
        : call.context();
  }

  private static boolean windowed(KernelCall.DecodeAttention call) {
    return call.window() != KernelCall.FULL && call.context() > call.window();
  }
}
