package io.github.puzzle4j.blocklib.tensor.engine;

/**
 * Settings of an AdamW step (Loshchilov and Hutter, arXiv 1711.05101).
 *
 * @param rate learning rate
 * @param decay of the weights, decoupled
 */
public record AdamwSettings(double rate, double decay) {

  /** Decay of the running mean of gradients. */
  public static final double BETA1 = 0.9;

  /** Decay of the running mean of squared gradients. */
  public static final double BETA2 = 0.95;

  /** Is added to the root of the mean square. */
  public static final double EPSILON = 1e-8;
}
