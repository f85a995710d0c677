package io.github.puzzle4j.blocklib.train;

/**
 * A step that left the numbers: its loss or its gradients were infinite or not numbers. The
 * training goes on from its last good state without the batch.
 *
 * @param layer counted from 0
 * @param subblock what was trained
 * @param training its name: that of the variant, or of the variants that are trained as one
 * @param batch number of the calibration batch, counted from 0
 * @param step the step that was not taken, counted from 0
 * @param resumedAt the step from which the training goes on
 * @param abandoned whether it was one too many, and the training ended instead
 */
public record Divergence(
    int layer,
    SubblockKind subblock,
    String training,
    int batch,
    int step,
    int resumedAt,
    boolean abandoned) {

  @Override
  public String toString() {
    String next =
        abandoned
            ? "the training ends with its last good state"
            : "goes on from step %d without this batch".formatted(resumedAt);
    return "layer %d, %s %s, batch %d, step %d: no finite loss or gradients; %s"
        .formatted(layer, subblock.id(), training, batch, step, next);
  }
}
