package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;

/** One text for all kinds of kernels. */
final class ProvenanceText {

  private ProvenanceText() {}

  static String of(GpuTarget target, String backend, BackendProfile profile) {
    StringBuilder text =
        new StringBuilder(
            "%s, %s %s, predicted".formatted(target.name(), backend, profile.version()));
    profile.gemm().forEach((type, gemm) -> add(text, "GEMM", gemm.provenance()));
    profile
        .decodeAttention()
        .forEach((kernel, decode) -> add(text, "decode attention " + kernel, decode.provenance()));
    profile
        .prefillAttention()
        .forEach(
            (kernel, prefill) -> add(text, "prefill attention " + kernel, prefill.provenance()));
    profile
        .allReduce()
        .forEach((gpus, sum) -> add(text, "all-reduce of " + gpus, sum.provenance()));
    add(text, "elementwise", profile.elementwise().provenance());
    add(text, "engine", profile.engine().provenance());
    return text.append("; low confidence in the time to first token").toString();
  }

  private static void add(StringBuilder text, String kind, Provenance provenance) {
    text.append("; ").append(kind).append(' ').append(provenance.summary());
  }
}
