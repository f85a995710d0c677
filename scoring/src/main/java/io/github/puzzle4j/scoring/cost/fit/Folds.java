package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * Parts of the measurements that are held out in turn. All rows of a shape, whatever the number of
 * tokens, requests or the context, are in the same part: an error on a held-out row is one on a
 * shape that was never seen.
 */
final class Folds {

  private Folds() {}

  /** The part that a call is in, the same in every run. */
  static int of(KernelCall call, int folds) {
    // Not the hash of the record: that of its enums changes from run to run.
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
      // There are but a few numbers of GPUs: sizes are held out.
      case KernelCall.AllReduce it -> "%s".formatted(it.bytes());
      case KernelCall.Experts it ->
          "%d %d %d %d %d"
              .formatted(
                  it.hidden(), it.channels(), it.chosen(), it.experts(), it.expertParallel());
    };
  }
}
