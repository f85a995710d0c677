package io.github.puzzle4j.scoring.cost.kernel;

import java.util.Optional;

/** A source of kernel times: formulas, tables, or a combination. */
@FunctionalInterface
public interface KernelTimes {

  /** The time of a call in a running model; empty if unknown. */
  Optional<Estimate> of(KernelCall call);

  /** Falls back to other times for calls that are unknown here. */
  default KernelTimes or(KernelTimes others) {
    return call -> of(call).or(() -> others.of(call));
  }
}
