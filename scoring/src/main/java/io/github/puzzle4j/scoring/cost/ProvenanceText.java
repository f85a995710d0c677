package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.StringJoiner;

/** One text for all kinds of kernels that a scenario needs. */
record ProvenanceText(GpuTarget target, String backend, BackendProfile profile) {

  String of(Model teacher, Scenario scenario, Measurements measured) {
    StringJoiner text = new StringJoiner("; ");
    text.add("%s, %s %s, predicted".formatted(target.name(), backend, profile.version()));
    measured
        .sources()
        .forEach(source -> text.add("measured instead where it has the shape: " + source));
    PredictedKernels predicted = new PredictedKernels(target.datasheet(), profile);
    NeededKernels.of(teacher, scenario)
        .forEach((kind, call) ->
            predicted.provenance(call).ifPresent(provenance -> add(text, kind, provenance)));
    add(text, "engine", profile.engine().provenance());
    return text.add("low confidence in the time to first token").toString();
  }

  private static void add(StringJoiner text, String kind, Provenance provenance) {
    text.add(kind + " " + provenance.summary());
  }
}
