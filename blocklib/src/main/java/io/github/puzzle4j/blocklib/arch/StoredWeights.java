package io.github.puzzle4j.blocklib.arch;

/** How a published checkpoint stores its matrices. */
public enum StoredWeights {
  /** In a floating-point type of 16 or 32 bits. */
  PLAIN,
  FP8,
  NVFP4
}
