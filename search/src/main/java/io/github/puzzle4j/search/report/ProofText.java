package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.progress.DurationText;

/** A proof in one sentence. */
final class ProofText {

  private ProofText() {}

  static String of(TargetReport.Proof proof) {
    return "%s: sum of scores %s, bound %s, gap %s; %s in %s"
        .formatted(
            proof.status().equals("OPTIMAL") ? "proven optimal" : "not proven optimal",
            Numbers.significant(proof.objective()),
            Numbers.significant(proof.bound()),
            Numbers.percent(proof.gap()),
            proof.backend(),
            DurationText.of(proof.duration()));
  }
}
