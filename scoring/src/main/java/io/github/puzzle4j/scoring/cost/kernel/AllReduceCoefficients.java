package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of an all-reduce inside a CUDA graph, for one number of GPUs.
 *
 * <p>{@code wire = 2 (gpus - 1) / gpus * bytes} is the traffic per GPU. For small tensors every GPU
 * reads the whole tensor of all others (one-shot). For larger tensors each GPU sums only its share,
 * which needs a second step of constant cost (two-shot). Even larger tensors use NCCL, which has a
 * higher start-up time:
 *
 * <pre>
 * t = launch + min(wire / (link * one_shot_share), two_shot + wire / (link * two_shot_share))
 *     + large / (1 + (large_megabytes / megabytes)^2)
 * </pre>
 *
 * @param launchMicroseconds minimum time of one launch and its barrier
 * @param oneShotShare share of the link's nominal bandwidth, one-shot
 * @param twoShotMicroseconds constant cost of the second step
 * @param twoShotShare share of the link's nominal bandwidth, two-shot
 * @param largeMicroseconds added for large tensors
 * @param largeMegabytes size, in 10^6 bytes, at which half of that is added
 * @param provenance source of the numbers
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record AllReduceCoefficients(
    double launchMicroseconds,
    double oneShotShare,
    double twoShotMicroseconds,
    double twoShotShare,
    double largeMicroseconds,
    double largeMegabytes,
    Provenance provenance)
    implements KernelFormula<KernelCall.AllReduce> {

  private static final double LARGE_POWER = 2;

  public AllReduceCoefficients {
    Positive.require("launch_microseconds", launchMicroseconds);
    Positive.requireShare("one_shot_share", oneShotShare);
    Positive.requireNotNegative("two_shot_microseconds", twoShotMicroseconds);
    Positive.requireShare("two_shot_share", twoShotShare);
    Positive.requireNotNegative("large_microseconds", largeMicroseconds);
    Positive.require("large_megabytes", largeMegabytes);
  }

  /** The coefficients for a fit. */
  public static FormulaFamily<KernelCall.AllReduce> family() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("launch_microseconds", 5, 0.5, 40),
            new Coefficient("one_shot_share", 0.2, 0.005, 1),
            new Coefficient("two_shot_microseconds", 3, 0.01, 40),
            new Coefficient("two_shot_share", 0.4, 0.05, 1),
            new Coefficient("large_microseconds", 50, 0.1, 500),
            new Coefficient("large_megabytes", 20, 1, 500)),
        (found, provenance) ->
            new AllReduceCoefficients(
                found.get(0),
                found.get(1),
                found.get(2),
                found.get(3),
                found.get(4),
                found.get(5),
                provenance));
  }

  /** Seconds; 0 for one GPU. The datasheet must state a link. */
  @Override
  public double seconds(Datasheet gpu, KernelCall.AllReduce call) {
    if (call.gpus() == 1) {
      return 0;
    }
    double wire = 2.0 * (call.gpus() - 1) / call.gpus() * call.bytes();
    double link = gpu.interconnectBytesPerSecond();
    double moving =
        Math.min(
            wire / (link * oneShotShare),
            twoShotMicroseconds * 1e-6 + wire / (link * twoShotShare));
    double large =
        largeMicroseconds / (1 + Math.pow(largeMegabytes * 1e6 / call.bytes(), LARGE_POWER));
    return (launchMicroseconds + large) * 1e-6 + moving;
  }
}
