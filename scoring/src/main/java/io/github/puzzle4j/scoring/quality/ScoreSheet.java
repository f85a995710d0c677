package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What has been measured of replacements on the sequences of one text so far. Replacements may have
 * been measured on different sequences: each is compared with the teacher's own layer on those that
 * both have, so that easy sequences favour none.
 */
public final class ScoreSheet {

  private final int sequences;
  private final Map<Replacement, Map<Metric, Score.Part[]>> parts = new HashMap<>();
  private Effort effort = Effort.NONE;

  /**
   * An empty sheet.
   *
   * @param sequences of the text
   */
  public ScoreSheet(int sequences) {
    this.sequences = sequences;
  }

  /**
   * Adds what was measured on some sequences.
   *
   * @param places of these sequences in the text, counted from 0
   */
  public void add(MeasuredParts measured, List<Integer> places) {
    effort = effort.plus(measured.effort());
    Map<Metric, Score.Part[]> known =
        parts.computeIfAbsent(measured.replacement(), one -> new EnumMap<>(Metric.class));
    measured
        .metrics()
        .forEach((metric, some) -> {
          if (some.size() != places.size()) {
            throw new IllegalArgumentException(
                "%d parts for %d sequences".formatted(some.size(), places.size()));
          }
          Score.Part[] all = known.computeIfAbsent(metric, one -> unmeasured());
          for (int i = 0; i < places.size(); i++) {
            all[places.get(i)] = some.get(i);
          }
        });
  }

  private Score.Part[] unmeasured() {
    Score.Part[] none = new Score.Part[sequences];
    Arrays.fill(none, TokenMean.NONE);
    return none;
  }

  /** The work behind everything on the sheet. */
  public Effort effort() {
    return effort;
  }

  /** Whether anything was measured of a replacement. */
  public boolean has(Replacement replacement) {
    return parts.containsKey(replacement);
  }

  /**
   * The score of a replacement: the teacher's, and the paired difference from it.
   *
   * @param own the teacher's own layer in its place, measured on the same sequences or more
   */
  public ReplacementScore score(Replacement replacement, Replacement own) {
    return sum(replacement, List.of(replacement), own);
  }

  /**
   * The score of a replacement as the sum of what its halves change. The halves' errors are those
   * of the same sequences, and so is that of the sum. Where the pair was measured too, what it
   * differs from the sum is added: that needs fewer sequences than the sum itself, and the score is
   * exactly the measured one once they are the same.
   *
   * @param halves replacements that were measured
   * @param own the teacher's own layer in its place
   */
  public ReplacementScore sum(
      Replacement replacement, Collection<Replacement> halves, Replacement own) {
    Map<Metric, TokenMean> means = new EnumMap<>(Metric.class);
    for (Metric metric : of(own).keySet()) {
      TokenMean mean = TokenMean.of(List.of(of(own, metric)));
      for (Replacement half : halves) {
        if (!half.equals(own)) {
          mean = mean.plus(difference(metric, half, own));
        }
      }
      if (!halves.contains(replacement) && has(replacement)) {
        mean = mean.plus(interaction(metric, replacement, halves, own));
      }
      means.put(metric, mean);
    }
    return new ReplacementScore(replacement, means);
  }

  /** By how much a pair is worse than its halves together, where all of them were measured. */
  private TokenMean interaction(
      Metric metric, Replacement pair, Collection<Replacement> halves, Replacement own) {
    TokenMean whole = difference(metric, pair, own);
    List<Score.Part> measured = List.of(of(pair, metric));
    for (Replacement half : halves) {
      whole = whole.minus(difference(metric, half, own, measured));
    }
    return whole;
  }

  private TokenMean difference(Metric metric, Replacement one, Replacement own) {
    return difference(metric, one, own, List.of(of(one, metric)));
  }

  /** The difference from the teacher's own on the sequences where something was measured. */
  private TokenMean difference(
      Metric metric, Replacement one, Replacement own, List<Score.Part> where) {
    Score.Part[] parts = of(one, metric);
    Score.Part[] teachers = of(own, metric);
    List<Score.Part> differences = new ArrayList<>(sequences);
    for (int i = 0; i < sequences; i++) {
      if (where.get(i).tokens() == 0) {
        differences.add(TokenMean.NONE);
        continue;
      }
      if (parts[i].tokens() != teachers[i].tokens() || parts[i].tokens() == 0) {
        throw new IllegalArgumentException(
            "sequence %d is not measured of both %s and the teacher".formatted(i, one.id()));
      }
      differences.add(new Score.Part(parts[i].sum() - teachers[i].sum(), parts[i].tokens()));
    }
    return TokenMean.of(differences);
  }

  private Score.Part[] of(Replacement replacement, Metric metric) {
    return Objects.requireNonNull(of(replacement).get(metric), metric.id());
  }

  private Map<Metric, Score.Part[]> of(Replacement replacement) {
    Map<Metric, Score.Part[]> known = parts.get(replacement);
    if (known == null) {
      throw new IllegalArgumentException("%s is not measured".formatted(replacement.id()));
    }
    return known;
  }
}
