package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** One text for all kinds of kernels that a scenario needs. */
record ProvenanceText(GpuTarget target, String backend, BackendProfile profile) {

  String of(ModelConfig config, Scenario scenario, Measurements measured) {
    ServingFormat format = scenario.format();
    StringJoiner text = new StringJoiner("; ");
    text.add("%s, %s %s, predicted".formatted(target.name(), backend, profile.version()));
    measured.sources().forEach(source -> text.add("measured instead where it has the shape: " + source));
    add(text, "GEMM " + format.weights().id(), profile.gemm(format.weights()));
    if (format.weights() != format.head()) {
      add(text, "LM head " + format.head().id(), profile.gemm(format.head()));
    }
    if (config.experts().present()) {
      add(text, "experts " + format.weights().id(), profile.experts().get(format.weights()));
    }
    String cache = format.cache().id() + " KV cache";
    add(text, "decode attention, " + cache, profile.decodeAttention().get(format.cache()));
    add(text, "prefill attention, " + cache, profile.prefillAttention().get(format.cache()));
    if (scenario.tensorParallel() > 1) {
      add(
          text,
          "all-reduce over %d GPUs".formatted(scenario.tensorParallel()),
          profile.allReduce().get(scenario.tensorParallel()));
    }
    add(text, "elementwise", profile.elementwise());
    add(text, "engine", profile.engine().provenance());
    return text.add("low confidence in the time to first token").toString();
  }

  private static void add(StringJoiner text, String kind, @Nullable KernelFormula<?> formula) {
    if (formula != null) {
      add(text, kind, formula.provenance());
    }
  }

  private static void add(StringJoiner text, String kind, Provenance provenance) {
    text.add(kind + " " + provenance.summary());
  }
}
