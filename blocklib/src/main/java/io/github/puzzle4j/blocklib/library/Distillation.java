package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TrainingSettings;

/**
 * How replacements are trained to imitate the layers of their teacher (Puzzle, arXiv 2411.19146,
 * section 3).
 *
 * @param settings of each training
 * @param pairing whether attention and FFN variants are also trained together
 * @param form whether widths are trained separately or with shared weights
 * @param seed of the order of batches
 */
public record Distillation(TrainingSettings settings, Pairing pairing, Form form, long seed) {

  /** Which variants are trained against the output of a layer. */
  public enum Pairing {
    /** Each subblock variant alone, with the teacher's other subblock: m + n trainings. */
    DECOUPLED,
    /** These, and each pair of two variants jointly: m x n further trainings. */
    COUPLED
  }

  /** How the widths of a subblock are trained. */
  public enum Form {
    /** One training for each variant. */
    SEPARATE,
    /**
     * One training for all pruned widths of the FFN, which are the first channels of the widest,
     * and one for all numbers of KV heads: each step trains one of them, drawn at random.
     */
    ELASTIC
  }

  /** Each variant trained alone, for all steps of the schedule. */
  public Distillation(LearningRate rate, double weightDecay, double gradientClip, long seed) {
    this(
        new TrainingSettings(rate, weightDecay, gradientClip),
        Pairing.DECOUPLED,
        Form.SEPARATE,
        seed);
  }
}
