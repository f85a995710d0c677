package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which formats and kernels are known of an engine on a target.
 *
 * @param kernels predicted or measured
 */
record Coverage(GpuTarget target, String backend, KernelTimes kernels) {

  /** Why models cannot be priced in such a scenario, in one line; empty if they can. */
  Optional<String> objection(Model teacher, Scenario scenario) {
    Datasheet gpu = target.datasheet();
    NumberFormat operands = scenario.format().weights().format();
    if (!gpu.multiplies(operands)) {
      return Optional.of(
          "%s does not multiply in %s; it does in %s"
              .formatted(
                  target.name(),
                  operands.id(),
                  gpu.peakFlopsPerSecond().keySet().stream()
                      .map(NumberFormat::id)
                      .collect(Collectors.joining(", "))));
    }
    return NeededKernels.of(teacher, scenario).entrySet().stream()
        .filter(needed -> kernels.of(needed.getValue()).isEmpty())
        .map(needed ->
            "%s with %s: no data on %s; 'puzzle4j targets' lists what is known"
                .formatted(target.name(), backend, needed.getKey()))
        .findFirst();
  }
}
