package io.github.puzzle4j.scoring.cost.kernel;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Time of the sum of a tensor over GPUs, inside a CUDA graph, for one number of GPUs.
 *
 * <p>{@code wire = 2 (gpus - 1) / gpus * bytes} is what a GPU must send and receive. Small tensors
 * are read whole by every GPU; from some size on a second step, which costs a constant, lets each
 * GPU add up only its share. Still larger tensors go through NCCL, which starts more slowly:
 *
 * <pre>
 * t = launch + min(wire / (link * one_shot_share), two_shot + wire / (link * two_shot_share))
 *     + large / (1 + (large_megabytes / megabytes)^2)
 * </pre>
 *
 * @param launchMicroseconds floor of one launch and its barrier
 * @param oneShotShare of the link's nominal bytes per second while all is read by all
 * @param twoShotMicroseconds of the second step
 * @param twoShotShare of the link's nominal bytes per second with two steps
 * @param largeMicroseconds added where tensors are large
 * @param largeMegabytes size, in 10^6 bytes, at which half of that is added
 * @param provenance where the numbers come from
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

  /** What a fit varies. */
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
