package io.github.puzzle4j.blocklib.train;

/**
 * How each variant is trained to imitate its own teacher block (Puzzle, arXiv 2411.19146, section
 * 3).
 *
 * @param settings of each training
 * @param seed of the order of batches
 * @param pairing whether attention and FFN variants are also trained together
 * @param form whether widths are trained apart or as one
 */
public record Distillation(TrainingSettings settings, long seed, Pairing pairing, Form form) {

  /** What is trained on the output of the block. */
  public enum Pairing {
    /** Each subblock variant alone, with the teacher's other subblock: m + n trainings. */
    DECOUPLED,
    /** These, and then each pair of two variants together: m x n further trainings. */
    COUPLED
  }

  /** How the widths of a subblock are trained. */
  public enum Form {
    /** One training for each variant. */
    SEPARATE,
    /**
     * One for all pruned widths of the FFN, which are prefixes of the same channels, and one for
     * all numbers of KV heads: each step trains one of them, drawn at random.
     */
    ELASTIC
  }

  /** Each variant trained alone, for all steps of the schedule. */
  public Distillation(LearningRate rate, double weightDecay, double gradientClip, long seed) {
    this(
        new TrainingSettings(rate, weightDecay, gradientClip),
        seed,
        Pairing.DECOUPLED,
        Form.SEPARATE);
  }
}
