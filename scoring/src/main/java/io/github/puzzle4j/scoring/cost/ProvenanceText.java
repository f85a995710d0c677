package io.github.puzzle4j.scoring.cost;

/** One text for all kinds of kernels. */
final class ProvenanceText {

  private ProvenanceText() {}

  static String of(GpuTarget target, String backend, BackendProfile profile) {
    StringBuilder text =
        new StringBuilder(
            "%s, %s %s, predicted".formatted(target.name(), backend, profile.version()));
    for (Precision precision : Precision.values()) {
      if (profile.supports(precision)) {
        add(text, "GEMM", profile.gemm(precision).provenance());
        add(text, "decode attention", profile.decodeAttention(precision).provenance());
        add(text, "prefill attention", profile.prefillAttention(precision).provenance());
      }
    }
    add(text, "elementwise", profile.elementwise().provenance());
    add(text, "engine", profile.engine().provenance());
    return text.append("; low confidence in the time to first token").toString();
  }

  private static void add(StringBuilder text, String kind, Provenance provenance) {
    text.append("; ").append(kind).append(' ').append(provenance.summary());
  }
}
