package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the coefficients of an engine on a target speak of. */
record Coverage(GpuTarget target, String backend, BackendProfile profile) {

  /** Why models cannot be priced in such a scenario, in one line; empty if they can. */
  Optional<String> objection(ModelConfig config, Scenario scenario) {
    ServingFormat format = scenario.format();
    MatrixType weights = format.weights();
    if (!target.datasheet().multiplies(weights.format())) {
      return Optional.of(
          "%s does not multiply in %s; it does in %s"
              .formatted(
                  target.name(),
                  weights.format().id(),
                  list(target.datasheet().peakFlopsPerSecond().keySet(), it -> it.id())));
    }
    if (!profile.multiplies(weights)) {
      return missing("products in " + weights.id(), profile.gemm().keySet(), it -> it.id());
    }
    if (!profile.decodeAttention().containsKey(format.cache())
        || !profile.prefillAttention().containsKey(format.cache())) {
      return missing(
          "a KV cache in " + format.cache().id(),
          profile.decodeAttention().keySet(),
          it -> it.id());
    }
    if (scenario.tensorParallel() > 1
        && !profile.allReduce().containsKey(scenario.tensorParallel())) {
      return missing(
          "sums over %d GPUs".formatted(scenario.tensorParallel()),
          profile.allReduce().keySet(),
          gpus -> Integer.toString(gpus));
    }
    if (config.experts().present() && !profile.experts().containsKey(weights)) {
      return missing("experts in " + weights.id(), profile.experts().keySet(), it -> it.id());
    }
    return Optional.empty();
  }

  private <T> Optional<String> missing(
      String what, Collection<T> known, Function<T, String> name) {
    return Optional.of(
        "%s with %s has no coefficients for %s; there are some for %s"
            .formatted(
                target.name(), backend, what, known.isEmpty() ? "none" : list(known, name)));
  }

  private static <T> String list(Collection<T> known, Function<T, String> name) {
    return known.stream().map(name).collect(Collectors.joining(", "));
  }
}
