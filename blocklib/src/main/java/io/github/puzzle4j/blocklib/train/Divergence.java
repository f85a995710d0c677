package io.github.puzzle4j.blocklib.train;

/**
 * A step whose loss or gradients were NaN or infinite. The training returns to its last good state
 * and continues without the batch.
 *
 * @param training its name
 * @param batch number of the batch, counted from 0
 * @param step the step that was not taken, counted from 0
 * @param resumedAt the step from which the training continues
 * @param abandoned whether there were too many, and the training ended instead
 */
public record Divergence(
    String training, int batch, int step, int resumedAt, boolean abandoned) {

  @Override
  public String toString() {
    String next =
        abandoned
            ? "the training ends with its last good state"
            : "continues from step %d without this batch".formatted(resumedAt);
    return "%s, batch %d, step %d: no finite loss or gradients; %s"
        .formatted(training, batch, step, next);
  }
}
