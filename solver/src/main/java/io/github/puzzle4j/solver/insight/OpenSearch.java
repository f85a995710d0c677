package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.TimedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the open candidates of one problem, see {@link OpenCandidates}.
 *
 * <p>A candidate is closed if every selection S with it satisfies f(S) - f(B) &gt;= z sqrt(V), with
 * signs such that f is minimised. The root is concave, so it is below each of its tangents: z
 * sqrt(V) &lt;= z sqrt(W) / 2 + z V / (2 sqrt(W)) for every W above 0. V is a sum over candidates,
 * and with a tangent in place of the root there is a selection problem with other scores, whose
 * bounds close candidates and whose best selections are the likely witnesses that they are open.
 */
final class OpenSearch {

  /** Ratios of the variances at which tangents are laid. */
  private static final double[] TANGENTS = {1, 4, 16};

  /** Number of tangents for a candidate that is decided by solving. */
  private static final int MAX_SOLVES = 3;

  /** The smallest variance at which a tangent is laid, relative to a typical one. */
  private static final double SMALLEST = 1e-6;

  /** Time for each of these problems, most of which take milliseconds. */
  private static final Duration EACH = Duration.ofMillis(40);

  private static final double ROUNDING = 1e-9;

  private final SelectionProblem problem;
  private final Selection best;
  private final double standardErrors;
  private final Set<String> inBest = new HashSet<>();
  private final Map<Set<String>, Double> pairs = new HashMap<>();

  OpenSearch(SelectionProblem problem, Selection best, double standardErrors) {
    this.problem = problem;
    this.best = best;
    this.standardErrors = standardErrors;
    best.chosen().forEach(candidate -> inBest.add(candidate.id()));
    for (PairTerm pair : problem.pairs()) {
      pairs.put(Set.of(pair.first(), pair.second()), pair.score());
    }
  }

  /**
   * The candidates of the best selection, and those that an exchange of one or two of its
   * candidates shows to be open.
   *
   * @param known open candidates, which need not be shown
   */
  Set<String> byExchange(Set<String> known) {
    Set<String> open = new LinkedHashSet<>(inBest);
    if (!isCertain()) {
      open.addAll(new Exchanges(this, best).open(known, true));
    }
    return open;
  }

  /** Whether no score has an error that counts. */
  private boolean isCertain() {
    return standardErrors == 0
        || problem.candidates().stream().allMatch(candidate -> candidate.standardError() == 0);
  }

  /** Whether the selection is not excluded. */
  boolean isOpen(Selection other) {
    double worse = problem.sense().sign() * (other.objective() - best.objective());
    return isOpen(worse, variance(other));
  }

  /** Whether a selection of these candidates would not be excluded. */
  boolean isOpen(double worse, double variance) {
    return worse < standardErrors * Math.sqrt(Math.max(0, variance));
  }

  /** What a candidate of another selection adds to the variance of the difference from the best. */
  double variance(Candidate candidate) {
    return inBest.contains(candidate.id()) ? -square(candidate) : square(candidate);
  }

  List<String> ids() {
    return problem.candidates().stream().map(Candidate::id).toList();
  }

  SelectionProblem problem() {
    return problem;
  }

  Selection best() {
    return best;
  }

  /** The pair term of two candidates; 0 if there is none. */
  double pair(Candidate one, Candidate other) {
    return pairs.isEmpty() ? 0 : pairs.getOrDefault(Set.of(one.id(), other.id()), 0.0);
  }

  /** Variance of the difference between the selection and the best one. */
  double variance(Selection other) {
    double sum = best.chosen().stream().mapToDouble(OpenSearch::square).sum();
    for (Candidate candidate : other.chosen()) {
      sum += variance(candidate);
    }
    return Math.max(0, sum);
  }

  static double square(Candidate candidate) {
    return candidate.standardError() * candidate.standardError();
  }

  /**
   * The score of a candidate, signed such that it is minimised, in the problem of finding the
   * selection that is least excluded with a tangent for the root.
   */
  private double score(Candidate candidate, double variance) {
    return problem.sense().sign() * candidate.score() - slope(variance) * variance(candidate);
  }

  /** That problem. */
  private SelectionProblem tangent(double variance) {
    int sign = problem.sense().sign();
    return problem.withCandidates(
        problem.candidates().stream()
            .map(candidate -> candidate.withScore(sign * score(candidate, variance)))
            .toList());
  }

  private double slope(double variance) {
    return standardErrors / (2 * Math.sqrt(variance));
  }

  /**
   * The objective in the tangent's problem, signed such that it is minimised, from which on all
   * selections are excluded; below it some are not.
   */
  private double ceiling(double variance) {
    double ofBest = best.chosen().stream().mapToDouble(OpenSearch::square).sum();
    return problem.sense().sign() * best.objective()
        + slope(variance) * ofBest
        + standardErrors * Math.sqrt(variance) / 2
        - ROUNDING * Math.abs(best.objective());
  }

  /**
   * The candidates that bounds do not close, and that no exchange with the selections of the bounds
   * shows to be open.
   *
   * @param open candidates known to be open, to which others are added
   */
  List<String> byBounds(Set<String> open) {
    List<String> left = new ArrayList<>(ids());
    left.removeAll(open);
    if (left.isEmpty() || isCertain()) {
      return List.of();
    }
    double typical = typicalSquare();
    for (double ratio : TANGENTS) {
      double variance = 2 * ratio * typical;
      SelectionProblem tangent = tangent(variance);
      LagrangianDual.ByCandidate relaxed =
          LagrangianDual.byCandidate(tangent, best.in(tangent).objective());
      double ceiling = ceiling(variance);
      left.removeIf(id -> relaxed.bounds().getOrDefault(id, Double.POSITIVE_INFINITY) >= ceiling);
      for (List<Candidate> near : relaxed.near()) {
        Selection base = Selection.of(tangent, near).in(problem);
        open.addAll(new Exchanges(this, base).open(open, true));
      }
      left.removeAll(open);
    }
    return left;
  }

  /**
   * Decides candidates by solving the problem with each of them required.
   *
   * @param candidates ids
   * @param open where open candidates are added
   * @param undecided where those are added that are not decided in time
   */
  void solve(
      List<String> candidates, Set<String> open, Set<String> undecided, TimedSession session) {
    TangentModel model = new TangentModel(problem);
    for (String id : candidates) {
      // What is undecided for one problem cannot be closed by another.
      boolean known = open.contains(id) || undecided.contains(id);
      if (!known && (session.isOver() || !isDecided(candidate(id), model, open))) {
        undecided.add(id);
      }
    }
  }

  /** Whether the candidate is decided: closed, or added to the open ones. */
  private boolean isDecided(Candidate candidate, TangentModel model, Set<String> open) {
    double least = SMALLEST * typicalSquare();
    double variance = Math.max(square(candidate), least);
    for (int attempt = 0; attempt < MAX_SOLVES; attempt++) {
      double at = variance;
      TangentModel.Answer answer = model.below(ceiling(at), c -> score(c, at), candidate, EACH);
      if (answer.chosen().isEmpty()) {
        return answer.complete();
      }
      Selection witness = Selection.of(problem, answer.chosen());
      if (isOpen(witness) && problem.broken(witness.chosen()).isEmpty()) {
        witness.chosen().forEach(other -> open.add(other.id()));
        open.addAll(new Exchanges(this, witness).open(open, false));
        return true;
      }
      variance = Math.max(variance(witness), least);
    }
    return false;
  }

  /** The median of the squared standard errors that are above 0. */
  private double typicalSquare() {
    double[] squares =
        problem.candidates().stream()
            .mapToDouble(OpenSearch::square)
            .filter(square -> square > 0)
            .sorted()
            .toArray();
    return squares[squares.length / 2];
  }

  private Candidate candidate(String id) {
    return problem.candidates().stream()
        .filter(candidate -> candidate.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
