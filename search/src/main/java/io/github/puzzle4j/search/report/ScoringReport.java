package io.github.puzzle4j.search.report;

import io.github.puzzle4j.scoring.quality.Effort;
import java.util.Optional;

/**
 * How replacements were scored, and what that took.
 *
 * @param metric name of what is minimised, such as {@code kl}
 * @param minimised what the solver minimises the sum of, such as {@code KL}
 * @param unit of that
 * @param replacements that have a score
 * @param measured those that were measured; the scores of the others are sums of two
 * @param sequences of the text that were used for at least one replacement
 * @param text sequences of the whole text
 * @param effort of everything measured, also in earlier runs
 * @param naive effort of measuring every replacement on the whole text
 * @param sums how far sums are off, where pairs were measured too
 * @param agreement share of the resampled texts for which no choice of any target is better by 5 %;
 *     absent where the text was not resampled
 */
public record ScoringReport(
    String metric,
    String minimised,
    String unit,
    int replacements,
    int measured,
    int sequences,
    int text,
    Effort effort,
    Effort naive,
    Optional<Sums> sums,
    Optional<Double> agreement) {

  /**
   * Sums of two scores against the scores of the pairs.
   *
   * @param pairs that were compared
   * @param error median of the difference, as a share of the pair's score
   * @param bias sum of all sums over the sum of all pairs' scores, less 1
   * @param changed whether a target's choice by sums alone is another one
   */
  public record Sums(int pairs, double error, double bias, boolean changed) {}

  /** One line. */
  public String line() {
    StringBuilder line =
        new StringBuilder(
            "scores: %s; %d of %d replacements measured, on %d of %d sequences: %s of the effort"
                .formatted(
                    minimised,
                    measured,
                    replacements,
                    sequences,
                    text,
                    Numbers.percent((double) effort.layerTokens() / naive.layerTokens())));
    line.append(" of all on all (%s tokens through a layer)".formatted(tokens()));
    sums.ifPresent(one ->
        line.append(
            "; sums are off by %s (median of %d pairs), which %s the choice"
                .formatted(
                    Numbers.percent(one.error()),
                    one.pairs(),
                    one.changed() ? "changed" : "did not change")));
    agreement.ifPresent(share ->
        line.append(
            "; on %s of resampled texts no choice is better by 5 %%"
                .formatted(Numbers.percent(share))));
    return line.toString();
  }

  private String tokens() {
    return Numbers.grouped((double) effort.layerTokens());
  }
}
