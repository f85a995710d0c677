package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreSheet;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.search.report.ScoringReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The scores that follow from what was measured so far, and how far sums among them are off. */
final class ScoreBoard {

  private final List<Replacement> all;
  private final ScoringUnits units;
  private final ScoreSheet sheet;
  private final ScoreObjective objective;

  /**
   * A board.
   *
   * @param all replacements that have a score
   */
  ScoreBoard(
      List<Replacement> all, ScoringUnits units, ScoreSheet sheet, ScoreObjective objective) {
    this.all = List.copyOf(all);
    this.units = units;
    this.sheet = sheet;
    this.objective = objective;
  }

  ScoreTable table() {
    return new ScoreTable(all.stream().map(this::score).toList());
  }

  /** Replacements that were measured. */
  int measured() {
    return Math.toIntExact(all.stream().filter(sheet::has).count());
  }

  /** Whether a score is the sum of two others. */
  boolean isSum(Replacement one) {
    return units.isPair(one) && !sheet.has(one);
  }

  private ReplacementScore score(Replacement one) {
    return sheet.sum(one, units.of(one), units.own(one));
  }

  private TokenMean loss(Replacement one) {
    return loss(score(one));
  }

  private TokenMean loss(ReplacementScore score) {
    Replacement own = units.own(score.replacement());
    return objective.of(score, sheet.score(own, own));
  }

  /** A pair whose score is known both ways. */
  private record Both(double sum, double exactly) {}

  private List<Both> both() {
    List<Both> both = new ArrayList<>();
    for (Replacement one : all) {
      if (units.isPair(one) && sheet.has(one)) {
        double halves = units.of(one).stream().mapToDouble(half -> loss(half).mean()).sum();
        both.add(new Both(halves, loss(one).mean()));
      }
    }
    return both;
  }

  /** Standard deviations of the errors of sums; 0 for other scores, and while it is not known. */
  Map<Replacement, Double> spreads() {
    double share = spread();
    return all.stream()
        .collect(
            Collectors.toMap(
                one -> one, one -> isSum(one) ? share * Math.abs(loss(one).mean()) : 0.0));
  }

  /** As a share of the sum. */
  private double spread() {
    List<Both> both = both();
    double errors = both.stream().mapToDouble(one -> square(one.sum() - one.exactly())).sum();
    double sums = both.stream().mapToDouble(one -> square(one.sum())).sum();
    return sums == 0 ? 0 : Math.sqrt(errors / sums);
  }

  /**
   * How far sums are off; empty where none can be compared.
   *
   * @param changed whether a target's choice by sums alone is another one
   */
  Optional<ScoringReport.Sums> sums(boolean changed) {
    List<Both> both = both();
    if (both.isEmpty()) {
      return Optional.empty();
    }
    double[] errors =
        both.stream()
            .mapToDouble(one -> Math.abs(one.sum() - one.exactly()) / Math.abs(one.exactly()))
            .sorted()
            .toArray();
    double sums = both.stream().mapToDouble(Both::sum).sum();
    double exactly = both.stream().mapToDouble(Both::exactly).sum();
    return Optional.of(
        new ScoringReport.Sums(
            both.size(), errors[errors.length / 2], sums / exactly - 1, changed));
  }

  private static double square(double value) {
    return value * value;
  }
}
