package io.github.puzzle4j.blocklib.library;

/** The weights with which the training of a replacement begins. */
public enum Start {
  /** A part of the teacher's, or what is computed from the teacher's weights alone. */
  PRUNED,
  /**
   * The same, with the last matrix of each subblock fitted to the teacher's outputs on the
   * calibration text, where that lowers the held-out loss.
   */
  FITTED
}
