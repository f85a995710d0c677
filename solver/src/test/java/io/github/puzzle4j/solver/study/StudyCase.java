package io.github.puzzle4j.solver.study;

import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One problem solved by both sides.
 *
 * @param ours seconds of {@link SelectionSolver#solve}, everything included
 * @param plain seconds of CP-SAT's call on the unreduced model
 * @param fault what is wrong with our answer; empty if nothing is
 * @param behind whether CP-SAT decided the problem and we did not
 * @param undecided whether we did not decide it
 * @param plainDecided whether CP-SAT decided it, rightly
 */
record StudyCase(
    double ours,
    double plain,
    String fault,
    boolean behind,
    boolean undecided,
    boolean plainDecided,
    String summary) {

  /** Solves of less than this are repeated, and the median counts. */
  private static final double REPEATED_BELOW_SECONDS = 0.3;

  private static final int REPETITIONS = 3;

  private record Timed<T>(T value, double seconds) {}

  static StudyCase of(SelectionProblem problem, SolverBackend plain, Duration limit) {
    SolveOptions options = SolveOptions.defaults().withTimeLimit(limit);
    Timed<SolveResult> ours = timed(() -> SelectionSolver.solve(problem, options));
    SelectionProblem narrowed = problem.narrowed().orElseThrow();
    Timed<PlainSolve.Outcome> theirs = timed(() -> PlainSolve.solve(narrowed, plain, limit, 1));
    return judged(problem, ours, theirs);
  }

  private static <T> Timed<T> timed(Supplier<T> solve) {
    double[] seconds = new double[REPETITIONS];
    for (int turn = 0; ; turn++) {
      long start = System.nanoTime();
      T value = solve.get();
      seconds[turn] = (System.nanoTime() - start) / 1e9;
      if (turn == REPETITIONS - 1 || seconds[turn] > REPEATED_BELOW_SECONDS) {
        Arrays.sort(seconds, 0, turn + 1);
        return new Timed<>(value, seconds[(turn + 1) / 2]);
      }
    }
  }

  private static StudyCase judged(
      SelectionProblem problem, Timed<SolveResult> ours, Timed<PlainSolve.Outcome> theirs) {
    PlainSolve.Outcome plain = theirs.value();
    Optional<Selection> valid =
        plain.selection().filter(s -> plain.brokenLimits().isEmpty()).map(s -> s.in(problem));
    boolean claims =
        switch (plain.claim()) {
          case OPTIMAL -> valid.isPresent();
          case INFEASIBLE -> true;
          case FEASIBLE, NOTHING -> false;
        };
    boolean decided =
        switch (ours.value()) {
          case SolveResult.Solved solved -> solved.proven();
          case SolveResult.Infeasible none -> true;
          case SolveResult.Undecided unknown -> false;
        };
    boolean refuted =
        plain.claim() == PlainSolve.Claim.INFEASIBLE && ours.value() instanceof SolveResult.Solved;
    return new StudyCase(
        ours.seconds(),
        theirs.seconds(),
        fault(problem, ours.value(), valid),
        claims && !refuted && !decided,
        !decided,
        claims && !refuted,
        "%s by %s / %s"
            .formatted(ours.value().explanation(), ours.value().effort().backend(), plain.claim()));
  }

  private static String fault(
      SelectionProblem problem, SolveResult ours, Optional<Selection> theirs) {
    return switch (ours) {
      case SolveResult.Solved solved -> {
        if (solved.selections().stream().anyMatch(s -> !problem.broken(s.chosen()).isEmpty())) {
          yield "a limit is broken";
        }
        boolean better =
            theirs.isPresent()
                && solved.proven()
                && problem.sense().sign()
                        * Integer.signum(
                            theirs
                                .get()
                                .exactObjective()
                                .compareTo(solved.selection().exactObjective()))
                    < 0;
        yield better ? "not optimal: CP-SAT found " + theirs.get().exactObjective() : "";
      }
      case SolveResult.Infeasible none -> theirs.isPresent() ? "feasible" : "";
      case SolveResult.Undecided unknown -> "";
    };
  }

  /** Both together, as for the rungs of a ladder. */
  StudyCase and(StudyCase other) {
    return new StudyCase(
        ours + other.ours,
        plain + other.plain,
        fault + other.fault,
        behind || other.behind,
        undecided || other.undecided,
        plainDecided && other.plainDecided,
        summary + "; " + other.summary);
  }
}
