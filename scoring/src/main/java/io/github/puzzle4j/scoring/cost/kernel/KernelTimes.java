package io.github.puzzle4j.scoring.cost.kernel;

import java.util.Optional;

/** Something that knows how long kernels take: formulas, tables, or one after the other. */
@FunctionalInterface
public interface KernelTimes {

  /** The time of a call in a running model; empty where nothing is known of such calls. */
  Optional<Estimate> of(KernelCall call);

  /** These times, and others for the calls that these know nothing of. */
  default KernelTimes or(KernelTimes others) {
    return call -> of(call).or(() -> others.of(call));
  }
}
