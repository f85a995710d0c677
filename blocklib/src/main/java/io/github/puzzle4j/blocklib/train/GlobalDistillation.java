package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.Precision;

/**
 * How an assembled child is repaired (GKD; Puzzle, arXiv 2411.19146, section 5).
 *
 * @param settings of all steps
 * @param cosineWeight share of the cosine loss on hidden states beside the KL divergence on logits
 * @param precision type of the child's matrix products
 * @param seed of the order of batches
 */
public record GlobalDistillation(
    TrainingSettings settings, double cosineWeight, Precision precision, long seed) {

  public GlobalDistillation {
    if (!(cosineWeight >= 0)) {
      throw new IllegalArgumentException("cosineWeight=%s".formatted(cosineWeight));
    }
  }
}
