package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * Folds for cross-validation. All rows of a shape, for all numbers of tokens, requests and context
 * lengths, are in the same fold, so that held-out errors are errors on unseen shapes.
 */
final class Folds {

  private Folds() {}

  /** The fold of a call; the same in every run. */
  static int of(KernelCall call, int folds) {
    // Not the hash of the record, since hashes of enums change between runs.
    int hash = shape(call).hashCode();
    int mixed = (hash ^ (hash >>> 16)) * 0x9E3779B1;
    return Math.floorMod(mixed ^ (mixed >>> 15), folds);
  }

  private static String shape(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm it -> "%d %d".formatted(it.outputs(), it.inputs());
      case KernelCall.PrefillAttention it -> "%s %d".formatted(it.heads(), it.window());
      case KernelCall.DecodeAttention it -> "%s %d".formatted(it.heads(), it.window());
      case KernelCall.Elementwise it -> "%s".formatted(it.bytes());
      // There are only a few numbers of GPUs, so sizes are held out.
      case KernelCall.AllReduce it -> "%s".formatted(it.bytes());
      case KernelCall.Experts it ->
          "%d %d %d %d %d"
              .formatted(
                  it.hidden(), it.channels(), it.chosen(), it.experts(), it.expertParallel());
    };
  }
}
