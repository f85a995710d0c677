package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Selections that differ from a given one in one or two candidates, as witnesses that a candidate
 * is open, see {@link OpenSearch}.
 */
final class Exchanges {

  private static final double ROUNDING = 1e-9;

  private final OpenSearch search;
  private final SelectionProblem problem;
  private final List<Bound> bounds;
  private final Selection base;
  private final double worsening;
  private final double variance;
  private final double[] room;

  Exchanges(OpenSearch search, Selection base) {
    this.search = search;
    this.problem = search.problem();
    this.bounds = problem.bounds();
    this.base = base;
    this.worsening = problem.sense().sign() * (base.objective() - search.best().objective());
    this.variance = search.variance(base);
    this.room =
        bounds.stream()
            .mapToDouble(bound ->
                bound.sign() * (bound.value() - base.exactCost(bound.cost()).doubleValue()))
            .toArray();
  }

  /**
   * Candidates that are shown to be open.
   *
   * @param known open candidates, which need not be shown
   * @param two whether two candidates are exchanged together where one is not enough
   */
  Set<String> open(Set<String> known, boolean two) {
    Set<String> open = new LinkedHashSet<>();
    List<Exchange> exchanges = new ArrayList<>();
    for (Candidate candidate : problem.candidates()) {
      List<Candidate> removed = removed(candidate);
      if (!removed.isEmpty()) {
        exchanges.add(new Exchange(candidate, removed));
      }
    }
    exchanges.sort(Comparator.comparingDouble(exchange -> exchange.worse));
    double most = exchanges.stream().mapToDouble(exchange -> exchange.varying).max().orElse(0);
    for (Exchange one : exchanges) {
      String id = one.added.id();
      if (!known.contains(id) && !open.contains(id)) {
        if (one.isOpenWith(one)) {
          open.add(id);
        } else if (two && problem.pairs().isEmpty()) {
          Optional<Exchange> other = partner(one, exchanges, most);
          other.ifPresent(found -> open.addAll(List.of(id, found.added.id())));
        }
      }
    }
    return open;
  }

  /**
   * The exchange with which another one leads to an open selection.
   *
   * @param exchanges those that worsen the objective least come first
   * @param most the largest of their variances
   */
  private Optional<Exchange> partner(Exchange one, List<Exchange> exchanges, double most) {
    for (Exchange other : exchanges) {
      double worse = worsening + one.worse + other.worse;
      if (!search.isOpen(worse, variance + one.varying + most)) {
        return Optional.empty();
      }
      if (one.isOpenWith(other)) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  /** Those that cover exactly the layers of the candidate; empty if there are none. */
  private List<Candidate> removed(Candidate added) {
    List<Candidate> removed = new ArrayList<>();
    for (Candidate candidate : base.chosen()) {
      if (candidate.firstLayer() < added.endLayer() && added.firstLayer() < candidate.endLayer()) {
        boolean within =
            candidate.firstLayer() >= added.firstLayer()
                && candidate.endLayer() <= added.endLayer();
        if (!within || candidate.id().equals(added.id())) {
          return List.of();
        }
        removed.add(candidate);
      }
    }
    return removed;
  }

  /** One candidate in the place of others. */
  private final class Exchange {

    private final Candidate added;
    private final List<Candidate> removed;
    private final double worse;
    private final double varying;
    private final double[] more = new double[bounds.size()];

    Exchange(Candidate added, List<Candidate> removed) {
      this.added = added;
      this.removed = removed;
      double score = added.score();
      double sum = search.variance(added);
      for (Candidate out : removed) {
        score -= out.score();
        sum -= search.variance(out);
      }
      this.worse = problem.sense().sign() * score;
      this.varying = sum;
      for (int row = 0; row < more.length; row++) {
        Bound bound = bounds.get(row);
        double out = 0;
        for (Candidate candidate : removed) {
          out += candidate.cost(bound.cost());
        }
        more[row] = bound.sign() * (added.cost(bound.cost()) - out);
      }
    }

    private boolean isApartFrom(Exchange other) {
      return added.endLayer() <= other.added.firstLayer()
          || other.added.endLayer() <= added.firstLayer();
    }

    /** Whether the selection with both, which may be the same, is within the limits and open. */
    boolean isOpenWith(Exchange other) {
      boolean both = other != this;
      boolean open =
          search.isOpen(
              worsening + worse + (both ? other.worse : 0),
              variance + varying + (both ? other.varying : 0));
      // Without pair terms the sums decide; with them they say nothing.
      if (!open && problem.pairs().isEmpty()) {
        return false;
      }
      for (int row = 0; row < more.length; row++) {
        double sum = more[row] + (both ? other.more[row] : 0);
        if (sum > room[row] + ROUNDING * Math.abs(room[row])) {
          return false;
        }
      }
      if (both && !isApartFrom(other)) {
        return false;
      }
      List<Candidate> changed = new ArrayList<>(base.chosen());
      changed.removeAll(removed);
      changed.add(added);
      if (both) {
        changed.removeAll(other.removed);
        changed.add(other.added);
      }
      return (problem.pairs().isEmpty() || isOpen(changed)) && problem.broken(changed).isEmpty();
    }

    private boolean isOpen(List<Candidate> changed) {
      double objective = 0;
      double sum = 0;
      for (int place = 0; place < changed.size(); place++) {
        Candidate candidate = changed.get(place);
        objective += candidate.score();
        sum += search.variance(candidate);
        for (Candidate earlier : changed.subList(0, place)) {
          objective += search.pair(candidate, earlier);
        }
      }
      double ofBest = search.best().chosen().stream().mapToDouble(OpenSearch::square).sum();
      return search.isOpen(
          problem.sense().sign() * (objective - search.best().objective()), ofBest + sum);
    }
  }
}
