package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.exact.ExactSearch;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
  private int calls;

  /**
   * @param deadline on the clock of {@link System#nanoTime()}
   */
  BackendSearch(SelectionProblem problem, SolverBackend backend, long seed, long deadline) {
    this.problem = problem;
    this.backend = backend;
    this.seed = seed;
    this.deadline = deadline;
  }

  int calls() {
    return calls;
  }

  boolean timeIsOver() {
    return deadline - System.nanoTime() <= 0;
  }

  /**
   * The best selection.
   *
   * @param bounds those to be kept; the selection is checked against them exactly
   * @param rows further ones over the scaled problem's candidates
   */
  Attempt best(ScaledProblem scaled, List<Bound> bounds, List<ChoiceRow> rows) {
    List<ChoiceRow> all = new ArrayList<>(rows);
    for (int rejections = 0; rejections <= MOST_REJECTIONS; rejections++) {
      if (timeIsOver() && calls > 0) {
        return new Attempt.Unknown(OUT_OF_TIME);
      }
      ChoiceModel model = scaled.model().with(all);
      long asked = System.nanoTime();
      BackendAnswer claimed = ask(model);
      switch (verified(model, claimed, System.nanoTime() - asked)) {
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
          List<Candidate> chosen = scaled.candidates(found.chosen());
          if (bounds.stream().allMatch(b -> b.admits(Selection.exactCost(chosen, b.cost())))) {
            return judge(scaled, model, found, chosen);
          }
          all.add(scaled.without(found.chosen()));
        }
      }
    }
    return new Attempt.Unknown(
        "%s returned %d selections that break a limit by less than its tolerance"
            .formatted(backend.name(), MOST_REJECTIONS));
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

  private Attempt.Found judge(
      ScaledProblem scaled, ChoiceModel model, BackendAnswer.Found found, List<Candidate> chosen) {
    Selection selection = Selection.of(problem, chosen);
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
