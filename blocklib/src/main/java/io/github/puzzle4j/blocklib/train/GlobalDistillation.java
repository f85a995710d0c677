package io.github.puzzle4j.blocklib.train;

/**
 * How an assembled child is repaired (GKD; Puzzle, arXiv 2411.19146, section 5).
 *
 * @param rate learning rate over all steps
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param cosineWeight share of the cosine loss on hidden states beside the KL divergence on logits
 * @param seed of the order of batches
 */
public record GlobalDistillation(
    LearningRate rate, double weightDecay, double gradientClip, double cosineWeight, long seed) {

  public GlobalDistillation {
    if (!(weightDecay >= 0) || !(gradientClip > 0) || !(cosineWeight >= 0)) {
      throw new IllegalArgumentException(
          "weightDecay=%s, gradientClip=%s, cosineWeight=%s"
              .formatted(weightDecay, gradientClip, cosineWeight));
    }
  }
}
