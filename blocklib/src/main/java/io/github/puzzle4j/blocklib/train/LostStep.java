package io.github.puzzle4j.blocklib.train;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A step whose loss or gradients were NaN or infinite. It changed no weights: the training went
 * back to its last good state, and continues there without its batches.
 *
 * @param training what was trained, such as {@code layer 3, ffn linear}
 * @param batches their numbers, counted from 0
 * @param step the step that was not taken, counted from 0
 * @param resumedAt the step at which the training continues
 * @param abandoned whether too many were lost, so that the training ended instead
 */
public record LostStep(
    String training, List<Integer> batches, int step, int resumedAt, boolean abandoned) {

  public LostStep {
    batches = List.copyOf(batches);
  }

  @Override
  public String toString() {
    String next =
        abandoned
            ? "the training ends with its last good state"
            : "continues from step %d without this batch".formatted(resumedAt);
    return "%s, batch %s, step %d: loss or gradients are NaN or infinite; %s"
        .formatted(
            training,
            batches.stream().map(String::valueOf).collect(Collectors.joining(" or ")),
            step,
            next);
  }
}
