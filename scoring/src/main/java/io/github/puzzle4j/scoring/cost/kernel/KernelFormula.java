package io.github.puzzle4j.scoring.cost.kernel;

/**
 * A formula of the time of one kind of kernel, with coefficients that were found by measurement.
 *
 * @param <C> the kind of call
 */
public interface KernelFormula<C extends KernelCall> {

  /**
   * Seconds of a call in a running model: weights and caches were last read a whole step ago, and
   * come from memory.
   */
  double seconds(Datasheet gpu, C call);

  /**
   * Seconds where nothing but this call runs, again and again, as kernel tables measure it: what
   * fits stays in the last-level cache.
   */
  default double secondsAlone(Datasheet gpu, C call) {
    return seconds(gpu, call);
  }

  /** Where the coefficients come from. */
  Provenance provenance();
}
