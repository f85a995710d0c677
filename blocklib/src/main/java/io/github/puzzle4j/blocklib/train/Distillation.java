package io.github.puzzle4j.blocklib.train;

/**
 * How each variant is trained to imitate its own teacher block (Puzzle, arXiv 2411.19146, section
 * 3).
 *
 * @param rate learning rate over the steps of one variant
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradients
 * @param seed of the order of batches
 */
public record Distillation(LearningRate rate, double weightDecay, double gradientClip, long seed) {

  public Distillation {
    if (!(weightDecay >= 0) || !(gradientClip > 0)) {
      throw new IllegalArgumentException(
          "weightDecay=%s, gradientClip=%s".formatted(weightDecay, gradientClip));
    }
  }
}
