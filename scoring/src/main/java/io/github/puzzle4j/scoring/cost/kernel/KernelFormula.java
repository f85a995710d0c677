package io.github.puzzle4j.scoring.cost.kernel;

/**
 * A formula for the time of one kind of kernel, with fitted coefficients.
 *
 * @param <C> the kind of call
 */
public interface KernelFormula<C extends KernelCall> {

  /**
   * Seconds of a call in a running model: weights and caches were last read one step ago and come
   * from memory.
   */
  double seconds(Datasheet gpu, C call);

  /**
   * Seconds if the same call runs repeatedly and alone, as in kernel tables: what fits stays in the
   * last-level cache.
   */
  default double secondsAlone(Datasheet gpu, C call) {
    return seconds(gpu, call);
  }

  /** Source of the coefficients. */
  Provenance provenance();
}
