package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.exact.ExactSearch;
import io.github.puzzle4j.solver.exact.Reduction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a backend and believes nothing that can be checked.
 *
 * <p>A backend may return a selection that breaks a limit by its own tolerance, or that fits only
 * the rounded numbers. Such a selection is forbidden by a row of its own and the backend is asked
 * again: since it is inadmissible, no answer is lost by that.
 */
final class BackendSearch {

  /** So many selections within rounding of a limit, but beyond it, are a sign of a trap. */
  private static final int MOST_REJECTIONS = 200;

  /** Relative distance of objective and bound at which floating-point backends call it the end. */
  private static final double PROOF_TOLERANCE = 1e-9;

  private static final String OUT_OF_TIME = "the time limit was reached";

  /** What may be spent beyond the time limit, to bound or find what the backend has not. */
  private static final Duration EPILOGUE = Duration.ofMillis(200);

  private final SelectionProblem problem;
  private final SolverBackend backend;
  private final long seed;
  private final long deadline;
  private final Map<Bound, Double> prices = new LinkedHashMap<>();
  private int calls;
  private int removed;

  /**
   * @param deadline on the clock of {@link System#nanoTime()}
   */
  BackendSearch(SelectionProblem problem, SolverBackend backend, long seed, long deadline) {
    this.problem = problem;
    this.backend = backend;
    this.seed = seed;
    this.deadline = deadline;
  }

  /** How many models the backend was given. */
  int calls() {
    return calls;
  }

  /** How many candidates the reduction took away before the first of them. */
  int removed() {
    return removed;
  }

  /** What one unit of each bound's cost is worth, where the search has found that out. */
  Map<Bound, Double> prices() {
    return Collections.unmodifiableMap(prices);
  }

  /** Whether {@link #several} may be asked. */
  boolean findsSeveralAtOnce() {
    return backend.proof() == SolverBackend.Proof.OWN;
  }

  boolean timeIsOver() {
    return deadline - System.nanoTime() <= 0;
  }

  /** The best selection; nothing is known of it. */
  Attempt best(ScaledProblem scaled, List<Bound> bounds) {
    return best(scaled, bounds, List.of(), Hints.none(scaled.bounds().size()));
  }

  /**
   * The best selection.
   *
   * @param bounds those to be kept; the selection is checked against them exactly
   * @param rows further ones over the scaled problem's candidates
   */
  Attempt best(ScaledProblem scaled, List<Bound> bounds, List<ChoiceRow> rows, Hints hints) {
    List<ChoiceRow> all = new ArrayList<>(rows);
    for (int rejections = 0; rejections <= MOST_REJECTIONS; rejections++) {
      if (timeIsOver() && calls > 0) {
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
          if (!sound(found, model, rows)) {
            return new Attempt.Unknown(
                "%s returned a selection that is not one".formatted(backend.name()));
          }
          if (keeps(scaled.candidates(found.chosen()), bounds)) {
            return judge(scaled, model, found);
          }
          all.add(scaled.without(found.chosen()));
        }
      }
    }
    return tooManyRejections();
  }

  /**
   * The best selections in one search, best first; the last attempt is no selection where there are
   * fewer or the time ended.
   */
  List<Attempt> several(ScaledProblem scaled, List<Bound> bounds, int count, Hints hints) {
    List<ChoiceRow> rows = new ArrayList<>();
    for (int rejections = 0; rejections <= MOST_REJECTIONS; rejections++) {
      ChoiceModel model = scaled.model().with(rows);
      ExactSearch.Outcome outcome = search(scaled, model, hints, count);
      List<List<Integer>> broken =
          outcome.choices().stream()
              .filter(choice -> !keeps(scaled.candidates(choice), bounds))
              .toList();
      if (broken.isEmpty() || timeIsOver()) {
        return attempts(scaled, model, without(broken, outcome), count);
      }
      broken.forEach(choice -> rows.add(scaled.without(choice)));
    }
    return List.of(tooManyRejections());
  }

  /** The bound holds for what is left, but more may be to be found. */
  private static ExactSearch.Outcome without(
      List<List<Integer>> broken, ExactSearch.Outcome outcome) {
    List<List<Integer>> left =
        outcome.choices().stream().filter(choice -> !broken.contains(choice)).toList();
    boolean complete = outcome.complete() && broken.isEmpty();
    return new ExactSearch.Outcome(left, outcome.bound(), complete, outcome.prices());
  }

  private List<Attempt> attempts(
      ScaledProblem scaled, ChoiceModel model, ExactSearch.Outcome outcome, int count) {
    List<Attempt> attempts = new ArrayList<>();
    for (List<Integer> choice : outcome.choices()) {
      double objective = model.objective(choice);
      double bound = outcome.complete() ? objective : Math.min(objective, outcome.bound());
      attempts.add(
          judge(scaled, model, new BackendAnswer.Found(choice, bound, outcome.complete())));
    }
    if (attempts.size() < count) {
      attempts.add(outcome.complete() ? new Attempt.None() : new Attempt.Unknown(OUT_OF_TIME));
    }
    return attempts;
  }

  private static boolean keeps(List<Candidate> chosen, List<Bound> bounds) {
    return bounds.stream().allMatch(b -> b.admits(Selection.exactCost(chosen, b.cost())));
  }

  private Attempt tooManyRejections() {
    return new Attempt.Unknown(
        "%s returned %d selections that break a limit by less than its tolerance"
            .formatted(backend.name(), MOST_REJECTIONS));
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
    Reduction reduction =
        Reduction.of(model, hints.choices(), prices(model, hints), Duration.ofNanos(time()));
    removed = calls == 0 ? model.size() - reduction.size() : removed;
    if (reduction.core().isEmpty()) {
      return reduction.answer();
    }
    ChoiceModel core = reduction.core().get();
    long asked = System.nanoTime();
    BackendAnswer claimed = covering(ask(core), core);
    return reduction.answer(verified(core, claimed, System.nanoTime() - asked));
  }

  /** Without what is no choice at all. */
  private BackendAnswer covering(BackendAnswer answer, ChoiceModel model) {
    return answer instanceof BackendAnswer.Found found && !model.covers(found.chosen())
        ? new BackendAnswer.GaveUp(
            "%s returned a selection that is not one".formatted(backend.name()))
        : answer;
  }

  private ExactSearch.Outcome search(
      ScaledProblem scaled, ChoiceModel model, Hints hints, int count) {
    calls++;
    ExactSearch.Outcome outcome =
        ExactSearch.search(
            model, hints.choices(), prices(model, hints), count, Duration.ofNanos(time()));
    List<Bound> bounds = scaled.bounds();
    for (int row = 0; row < bounds.size(); row++) {
      prices.put(bounds.get(row), outcome.prices().get(row) * scaled.naturalPrice(bounds.get(row)));
    }
    return outcome;
  }

  /** By row of the model, the further ones free of charge. */
  private static double[] prices(ChoiceModel model, Hints hints) {
    return Arrays.copyOf(
        hints.prices().stream().mapToDouble(Double::doubleValue).toArray(), model.rows().size());
  }

  /** What is left of the time, and a little in any case, so that there is some answer. */
  private long time() {
    return Math.max(EPILOGUE.toNanos(), deadline - System.nanoTime());
  }

  private BackendAnswer ask(ChoiceModel model) {
    calls++;
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return new BackendAnswer.GaveUp(OUT_OF_TIME);
    }
    // What has to be proven here anyway must leave time for it.
    long share = backend.proof() == SolverBackend.Proof.HEARSAY ? left / 2 + 1 : left;
    return backend.minimise(model, new Budget(Duration.ofNanos(share), seed));
  }

  /**
   * The answer after a second look by {@link ExactSearch}: proves what is only hearsay, makes more
   * of what ended too early, and corrects what is wrong. Other claims are given as much time as the
   * backend took for them; those that are not refuted by then are believed.
   */
  private BackendAnswer verified(ChoiceModel model, BackendAnswer answer, long taken) {
    boolean claim =
        switch (answer) {
          case BackendAnswer.Found found -> found.complete();
          case BackendAnswer.NoneExists() -> true;
          case BackendAnswer.GaveUp gaveUp -> false;
        };
    boolean trusted = claim && backend.proof() != SolverBackend.Proof.HEARSAY;
    long left = deadline - System.nanoTime();
    long time = Math.max(EPILOGUE.toNanos(), trusted ? Math.min(left, taken) : left);
    BackendAnswer settled = ExactSearch.settle(model, answer, Duration.ofNanos(time));
    boolean proven = settled instanceof BackendAnswer.Found found && found.complete();
    boolean stands = trusted && !proven && !refutes(settled, answer, model);
    boolean noBetterIdea =
        settled instanceof BackendAnswer.GaveUp && answer instanceof BackendAnswer.Found;
    return stands || noBetterIdea ? answer : sharpened(settled, answer);
  }

  /** Whether what was found shows the claim to be wrong. */
  private static boolean refutes(BackendAnswer settled, BackendAnswer claimed, ChoiceModel model) {
    boolean valid = !(claimed instanceof BackendAnswer.Found found) || model.admits(found.chosen());
    return settled instanceof BackendAnswer.Found other
        && !(valid
            && claimed instanceof BackendAnswer.Found found
            && model.objective(found.chosen()) <= model.objective(other.chosen()));
  }

  /** With the backend's own bound, where it is the better one and may be believed. */
  private BackendAnswer sharpened(BackendAnswer settled, BackendAnswer claimed) {
    return settled instanceof BackendAnswer.Found(var chosen, double bound, boolean complete)
            && claimed instanceof BackendAnswer.Found claim
            && backend.proof() != SolverBackend.Proof.HEARSAY
            && !claim.complete()
        ? new BackendAnswer.Found(chosen, Math.max(bound, claim.bound()), complete)
        : settled;
  }

  /** Coverage and the caller's rows, where no rounding is an excuse. */
  private static boolean sound(BackendAnswer.Found found, ChoiceModel model, List<ChoiceRow> rows) {
    return model.covers(found.chosen()) && rows.stream().allMatch(row -> row.holds(found.chosen()));
  }

  private Attempt.Found judge(ScaledProblem scaled, ChoiceModel model, BackendAnswer.Found found) {
    Selection selection = Selection.of(problem, scaled.candidates(found.chosen()));
    long units = model.objective(found.chosen());
    boolean proven =
        found.complete()
            && found.bound() >= units - Math.max(0.5, Math.abs(units) * PROOF_TOLERANCE);
    BigDecimal known = known(found.bound(), units, proven);
    if (proven && scaled.exactObjective() && known.compareTo(BigDecimal.valueOf(units)) == 0) {
      return new Attempt.Found(selection, selection.objective(), true);
    }
    return new Attempt.Found(selection, scaled.objectiveBound(known), proven);
  }

  /**
   * The bound in units: at least 1e-9 of what is claimed is believed only as far as it is shown.
   */
  private static BigDecimal known(double claimed, long units, boolean proven) {
    if (proven && claimed > units - 0.5) {
      // Objectives are whole, so that nothing lies between.
      return BigDecimal.valueOf(units);
    }
    // A bound above the objective of a selection in hand is noise; one that is missing says
    // nothing.
    double bound = Math.min(claimed, (double) units);
    return Double.isInfinite(bound) ? BigDecimal.valueOf(-(1L << 53)) : new BigDecimal(bound);
  }
}
