package io.github.puzzle4j.blocklib.library;

/** What is done to the last matrices of subblocks besides training them. */
public enum Fit {
  NONE,
  /**
   * They are fitted to the teacher's outputs on the calibration text, before and after a training,
   * where that lowers the held-out loss.
   */
  LEAST_SQUARES
}
