package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.exact.Ally;
import io.github.puzzle4j.solver.exact.ExactSearch;
import io.github.puzzle4j.solver.exact.Reduction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a backend and validates its answers.
 *
 * <p>A backend may return a selection that violates a limit by less than its tolerance, or that is
 * feasible only for the rounded numbers. Such a selection is excluded by an additional row, and the
 * backend runs again. No feasible selection is lost, because the excluded one is infeasible.
 */
final class BackendSearch {

  /** Maximum number of infeasible selections to exclude before giving up. */
  private static final int MAX_REJECTIONS = 200;

  /** Relative gap at which floating-point backends report an optimum. */
  private static final double PROOF_TOLERANCE = 1e-9;

  private static final String OUT_OF_TIME = "the time limit was reached";

  /** Time allowed after the time limit to find a selection or a bound if the backend found none. */
  private static final Duration GRACE_PERIOD = Duration.ofMillis(200);

  private final SelectionProblem problem;
  private final SolverBackend backend;
  private final long seed;
  private final long deadline;
  private final Map<Bound, Double> prices = new LinkedHashMap<>();
  private final Optional<Ally> ally;
  private final Set<String> provers = new LinkedHashSet<>();
  private int calls;
  private int removed;

  /**
   * @param ally backend that the default one asks if it takes long
   * @param deadline in terms of {@link System#nanoTime()}
   */
  BackendSearch(
      SelectionProblem problem,
      SolverBackend backend,
      Optional<SolverBackend> ally,
      long seed,
      long deadline) {
    this.ally = ally.map(other -> new Ally(other, seed));
    this.problem = problem;
    this.backend = backend;
    this.seed = seed;
    this.deadline = deadline;
  }

  /** The backend, and those on whose word the results also depend, joined by {@code +}. */
  String backends() {
    return Stream.concat(Stream.of(backend.name()), provers.stream())
        .collect(Collectors.joining("+"));
  }

  /** Number of models passed to the backend. */
  int calls() {
    return calls;
  }

  /** Number of candidates removed by the reduction before the first call. */
  int removed() {
    return removed;
  }

  /** Price of one unit of each bound's cost, as far as the search determined it. */
  Map<Bound, Double> prices() {
    return Collections.unmodifiableMap(prices);
  }

  /** Whether {@link #several} is supported. */
  boolean findsSeveralAtOnce() {
    return backend.proof() == SolverBackend.Proof.INTERNAL;
  }

  boolean isTimeUp() {
    return deadline - System.nanoTime() <= 0;
  }

  /** Finds the best selection, without hints. */
  Attempt best(ScaledProblem scaled, List<Bound> bounds) {
    return best(scaled, bounds, List.of(), Hints.none(scaled.bounds().size()));
  }

  /**
   * Finds the best selection.
   *
   * @param bounds bounds to keep; the selection is checked against them exactly
   * @param rows additional rows over the candidates of the scaled problem
   */
  Attempt best(ScaledProblem scaled, List<Bound> bounds, List<ChoiceRow> rows, Hints hints) {
    List<ChoiceRow> all = new ArrayList<>(rows);
    for (int rejections = 0; rejections <= MAX_REJECTIONS; rejections++) {
      if (isTimeUp() && calls > 0) {
        return new Attempt.Unknown(OUT_OF_TIME);
      }
      ChoiceModel model = scaled.model().with(all);
      switch (answer(scaled, model, hints)) {
        case BackendAnswer.NoneExists() -> {
          return new Attempt.None();
        }
        case BackendAnswer.GaveUp(String reason) -> {
          return new Attempt.Unknown(reason);
        }
        case BackendAnswer.Found found -> {
          if (!isValid(found, model, rows)) {
            return new Attempt.Unknown(
                "%s returned an invalid selection".formatted(backend.name()));
          }
          if (keeps(scaled.candidates(found.chosen()), bounds)) {
            Attempt.Found rounded = toAttempt(scaled, model, found);
            return scaled.exactObjective() || !rounded.proven()
                ? rounded
                : exact(
                    rounded,
                    new ExactObjective(this, scaled, bounds, all, hints).best(found.chosen()),
                    scaled);
          }
          all.add(scaled.without(found.chosen()));
        }
      }
    }
    return tooManyRejections();
  }

  /** The best selection by its exact objective. */
  private Attempt.Found exact(
      Attempt.Found rounded, ExactObjective.Best best, ScaledProblem scaled) {
    Selection selection = Selection.of(problem, scaled.candidates(best.choices().getFirst()));
    double bound = best.proven() ? selection.objective() : rounded.bound();
    return new Attempt.Found(selection, bound, best.proven());
  }

  /**
   * Finds the best selections in one search, best first. The last attempt is not a selection if
   * fewer exist or the time ran out. Empty if too many are equal except for what the model rounds.
   */
  Optional<List<Attempt>> several(
      ScaledProblem scaled, List<Bound> bounds, int count, Hints hints) {
    List<ChoiceRow> rows = new ArrayList<>();
    for (int rejections = 0; rejections <= MAX_REJECTIONS; rejections++) {
      ChoiceModel model = scaled.model().with(rows);
      ExactSearch.Outcome outcome = search(scaled, model, hints, count);
      List<List<Integer>> broken =
          outcome.choices().stream()
              .filter(choice -> !keeps(scaled.candidates(choice), bounds))
              .toList();
      if (broken.isEmpty() || isTimeUp()) {
        ExactSearch.Outcome kept = without(broken, outcome);
        boolean exact = scaled.exactObjective() || !kept.complete() || kept.choices().isEmpty();
        return exact
            ? Optional.of(attempts(scaled, model, kept, count))
            : new ExactObjective(this, scaled, bounds, rows, hints)
                .listed(kept.choices(), count)
                .map(best -> exactly(scaled, best, count));
      }
      broken.forEach(choice -> rows.add(scaled.without(choice)));
    }
    return Optional.of(List.of(tooManyRejections()));
  }

  private List<Attempt> exactly(ScaledProblem scaled, List<List<Integer>> best, int count) {
    List<Attempt> attempts = new ArrayList<>();
    for (List<Integer> choice : best) {
      Selection selection = Selection.of(problem, scaled.candidates(choice));
      attempts.add(new Attempt.Found(selection, selection.objective(), true));
    }
    if (attempts.size() < count) {
      attempts.add(new Attempt.None());
    }
    return attempts;
  }

  /**
   * Removes infeasible selections. The bound still holds; the result is incomplete if any was
   * removed.
   */
  private static ExactSearch.Outcome without(
      List<List<Integer>> broken, ExactSearch.Outcome outcome) {
    List<List<Integer>> left =
        outcome.choices().stream().filter(choice -> !broken.contains(choice)).toList();
    boolean complete = outcome.complete() && broken.isEmpty();
    return new ExactSearch.Outcome(
        left, outcome.bound(), complete, outcome.prices(), outcome.prover());
  }

  private List<Attempt> attempts(
      ScaledProblem scaled, ChoiceModel model, ExactSearch.Outcome outcome, int count) {
    List<Attempt> attempts = new ArrayList<>();
    for (List<Integer> choice : outcome.choices()) {
      double objective = model.objective(choice);
      double bound = outcome.complete() ? objective : Math.min(objective, outcome.bound());
      attempts.add(
          toAttempt(scaled, model, new BackendAnswer.Found(choice, bound, outcome.complete())));
    }
    if (attempts.size() < count) {
      attempts.add(outcome.complete() ? new Attempt.None() : new Attempt.Unknown(OUT_OF_TIME));
    }
    return attempts;
  }

  static boolean keeps(List<Candidate> chosen, List<Bound> bounds) {
    return bounds.stream().allMatch(b -> b.admits(Selection.exactCost(chosen, b.cost())));
  }

  private Attempt tooManyRejections() {
    return new Attempt.Unknown(
        "%s returned %d selections that break a limit by less than its tolerance"
            .formatted(backend.name(), MAX_REJECTIONS));
  }

  private BackendAnswer answer(ScaledProblem scaled, ChoiceModel model, Hints hints) {
    if (findsSeveralAtOnce()) {
      ExactSearch.Outcome outcome = search(scaled, model, hints, 1);
      if (outcome.choices().isEmpty()) {
        return outcome.complete()
            ? new BackendAnswer.NoneExists()
            : new BackendAnswer.GaveUp(OUT_OF_TIME);
      }
      return new BackendAnswer.Found(
          outcome.choices().getFirst(), outcome.bound(), outcome.complete());
    }
    Reduction reduction = Reduction.of(model, hints.choices(), prices(model, hints), time());
    removed = calls == 0 ? model.size() - reduction.size() : removed;
    if (reduction.core().isEmpty()) {
      return reduction.answer();
    }
    ChoiceModel core = reduction.core().get();
    long asked = System.nanoTime();
    BackendAnswer claimed = rejectingInvalid(ask(core), core);
    return reduction.answer(verified(core, claimed, System.nanoTime() - asked));
  }

  /** Rejects an answer that does not cover each layer exactly once. */
  private BackendAnswer rejectingInvalid(BackendAnswer answer, ChoiceModel model) {
    return answer instanceof BackendAnswer.Found found && !model.covers(found.chosen())
        ? new BackendAnswer.GaveUp("%s returned an invalid selection".formatted(backend.name()))
        : answer;
  }

  private ExactSearch.Outcome search(
      ScaledProblem scaled, ChoiceModel model, Hints hints, int count) {
    calls++;
    ExactSearch.Outcome outcome =
        ExactSearch.search(model, hints.choices(), prices(model, hints), count, time(), ally);
    outcome.prover().ifPresent(provers::add);
    List<Bound> bounds = scaled.bounds();
    for (int row = 0; row < bounds.size(); row++) {
      prices.put(bounds.get(row), outcome.prices().get(row) * scaled.naturalPrice(bounds.get(row)));
    }
    return outcome;
  }

  /** Prices by row of the model; 0 for rows without a hint. */
  static double[] prices(ChoiceModel model, Hints hints) {
    return Arrays.copyOf(
        hints.prices().stream().mapToDouble(Double::doubleValue).toArray(), model.rows().size());
  }

  /** Remaining time, but at least {@link #GRACE_PERIOD}. */
  Duration time() {
    return Duration.ofNanos(Math.max(GRACE_PERIOD.toNanos(), deadline - System.nanoTime()));
  }

  private BackendAnswer ask(ChoiceModel model) {
    calls++;
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return new BackendAnswer.GaveUp(OUT_OF_TIME);
    }
    // If the result has to be proven by ExactSearch, reserve most of the time for that.
    long share = backend.proof() == SolverBackend.Proof.UNRELIABLE ? left / 3 + 1 : left;
    return backend.minimise(model, new Budget(Duration.ofNanos(share), seed));
  }

  /**
   * Verifies the answer with {@link ExactSearch}: proves results of backends without a trusted
   * proof, improves results that ended early, and corrects wrong ones. Claims of other backends are
   * checked for as long as the backend ran, and accepted if they are not refuted by then.
   */
  private BackendAnswer verified(ChoiceModel model, BackendAnswer answer, long taken) {
    boolean claim =
        switch (answer) {
          case BackendAnswer.Found found -> found.complete();
          case BackendAnswer.NoneExists() -> true;
          case BackendAnswer.GaveUp gaveUp -> false;
        };
    boolean trusted = claim && backend.proof() != SolverBackend.Proof.UNRELIABLE;
    long left = deadline - System.nanoTime();
    long time = Math.max(GRACE_PERIOD.toNanos(), trusted ? Math.min(left, taken) : left);
    BackendAnswer settled = ExactSearch.verify(model, answer, Duration.ofNanos(time));
    boolean proven = settled instanceof BackendAnswer.Found found && found.complete();
    boolean stands = trusted && !proven && !refutes(settled, answer, model);
    boolean noBetterIdea =
        settled instanceof BackendAnswer.GaveUp && answer instanceof BackendAnswer.Found;
    return stands || noBetterIdea ? answer : withTighterBound(settled, answer);
  }

  /** Whether the result of the verification contradicts the claim. */
  private static boolean refutes(BackendAnswer settled, BackendAnswer claimed, ChoiceModel model) {
    boolean valid = !(claimed instanceof BackendAnswer.Found found) || model.admits(found.chosen());
    return settled instanceof BackendAnswer.Found other
        && !(valid
            && claimed instanceof BackendAnswer.Found found
            && model.objective(found.chosen()) <= model.objective(other.chosen()));
  }

  /** Uses the backend's bound if it is tighter and trusted. */
  private BackendAnswer withTighterBound(BackendAnswer settled, BackendAnswer claimed) {
    return settled instanceof BackendAnswer.Found(var chosen, double bound, boolean complete)
            && claimed instanceof BackendAnswer.Found claim
            && backend.proof() != SolverBackend.Proof.UNRELIABLE
            && !claim.complete()
        ? new BackendAnswer.Found(chosen, Math.max(bound, claim.bound()), complete)
        : settled;
  }

  /** Whether a selection satisfies coverage and the caller's rows, which are not rounded. */
  private static boolean isValid(
      BackendAnswer.Found found, ChoiceModel model, List<ChoiceRow> rows) {
    return model.covers(found.chosen()) && rows.stream().allMatch(row -> row.holds(found.chosen()));
  }

  private Attempt.Found toAttempt(
      ScaledProblem scaled, ChoiceModel model, BackendAnswer.Found found) {
    Selection selection = Selection.of(problem, scaled.candidates(found.chosen()));
    long units = model.objective(found.chosen());
    boolean proven =
        found.complete()
            && found.bound() >= units - Math.max(0.5, Math.abs(units) * PROOF_TOLERANCE);
    BigDecimal known = validBound(found.bound(), units, proven);
    if (proven && scaled.exactObjective() && known.compareTo(BigDecimal.valueOf(units)) == 0) {
      return new Attempt.Found(selection, selection.objective(), true);
    }
    return new Attempt.Found(selection, scaled.objectiveBound(known), proven);
  }

  /** The bound in units. A claimed bound is relaxed by a relative 1e-9 unless it is proven. */
  private static BigDecimal validBound(double claimed, long units, boolean proven) {
    if (proven && claimed > units - 0.5) {
      // Objectives are integers, so a claim is rounded to the next one.
      return BigDecimal.valueOf(units);
    }
    // A bound above the objective of a known selection is numerical noise; NaN means no bound.
    double bound = Math.min(claimed, (double) units);
    return Double.isInfinite(bound) ? BigDecimal.valueOf(-(1L << 53)) : new BigDecimal(bound);
  }
}
