package io.github.puzzle4j.blocklib.train;

/**
 * What a repair minimises: a weighted sum (Puzzle, arXiv 2411.19146, section 5 and the ablation of
 * its losses).
 *
 * @param kl weight of the KL divergence of the child's predictions from the teacher's
 * @param cosine weight of one minus the cosine of the hidden states after each layer, averaged over
 *     the layers
 * @param lm weight of the negative log likelihood of the text
 */
public record RepairLoss(double kl, double cosine, double lm) {

  /** Imitation of the teacher alone, which the paper found best. */
  public static final RepairLoss STANDARD = new RepairLoss(1, 1, 0);

  /**
   * @throws IllegalArgumentException if a weight is negative or not finite, or if all are 0
   */
  public RepairLoss {
    if (!(isWeight(kl) && isWeight(cosine) && isWeight(lm) && kl + cosine + lm > 0)) {
      throw new IllegalArgumentException(
          "must have weights of which none is negative and one is above 0, not kl %s, cosine %s, lm %s"
              .formatted(kl, cosine, lm));
    }
  }

  private static boolean isWeight(double weight) {
    return weight >= 0 && weight < Double.POSITIVE_INFINITY;
  }
}
