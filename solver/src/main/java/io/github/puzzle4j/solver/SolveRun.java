package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** State of solving one problem. */
final class SolveRun {

  private final SelectionProblem problem;
  private final SolverBackend backend;
  private final SolveHistory experience;
  private final BackendSearch search;
  private final LayerPaths paths;
  private final long start = System.nanoTime();

  SolveRun(
      SelectionProblem problem,
      SolveOptions options,
      SolverBackend backend,
      Optional<SolverBackend> ally,
      SolveHistory experience) {
    this.problem = problem;
    this.backend = backend;
    this.experience = experience;
    this.search =
        new BackendSearch(
            problem, backend, ally, options.seed(), start + nanos(options.timeLimit()));
    this.paths = new LayerPaths(problem.layers(), problem.candidates());
  }

  SolveResult run() {
    Optional<String> obstacle = backend.unavailable();
    if (obstacle.isPresent()) {
      return new SolveResult.Undecided(
          "solver backend '%s' does not work here: %s".formatted(backend.name(), obstacle.get()),
          effort());
    }
    int covered = paths.coverableLayers();
    if (covered < problem.layers()) {
      return new SolveResult.Infeasible(new Conflict.Uncoverable(covered), effort());
    }
    ScaledProblem scaled =
        ScaledProblem.optimising(problem, problem.candidates(), problem.bounds());
    List<Conflict.Shortfall> shortfalls = shortfalls(scaled);
    return shortfalls.isEmpty()
        ? search(scaled)
        : new SolveResult.Infeasible(new Conflict.Unreachable(shortfalls), effort());
  }

  private SolveResult search(ScaledProblem scaled) {
    Hints hints = experience.hints(scaled);
    boolean together =
        problem.solutions() > 1 && problem.leastDifference() == 1 && search.findsSeveralAtOnce();
    List<Attempt> attempts =
        Optional.of(hints)
            .filter(any -> together)
            .flatMap(any -> search.several(scaled, problem.bounds(), problem.solutions(), any))
            .orElseGet(() -> oneByOne(scaled, hints));
    List<Attempt.Found> found = new ArrayList<>();
    boolean complete = true;
    String reason = "";
    for (Attempt attempt : attempts) {
      switch (attempt) {
        case Attempt.Found next -> found.add(next);
        case Attempt.None() -> {}
        case Attempt.Unknown(String why) -> {
          complete = false;
          reason = why;
        }
      }
    }
    if (!found.isEmpty()) {
      experience.remember(found, search.prices());
      return solved(found, complete);
    }
    return complete ? infeasible(scaled) : new SolveResult.Undecided(reason, effort());
  }

  /**
   * Searches for one selection at a time, with rows that keep each different from its predecessors;
   * ends at the first failure.
   */
  private List<Attempt> oneByOne(ScaledProblem scaled, Hints hints) {
    List<Attempt> attempts = new ArrayList<>();
    List<ChoiceRow> different = new ArrayList<>();
    for (int number = 0; number < problem.solutions(); number++) {
      Attempt attempt = search.best(scaled, problem.bounds(), different, hints);
      attempts.add(attempt);
      if (!(attempt instanceof Attempt.Found found)) {
        break;
      }
      different.add(
          scaled.agreeingAtMost(found.selection(), problem.layers() - problem.leastDifference()));
    }
    return attempts;
  }

  private SolveResult solved(List<Attempt.Found> found, boolean complete) {
    return new SolveResult.Solved(
        found.stream().map(Attempt.Found::selection).toList(),
        found.getFirst().bound(),
        found.stream().mapToDouble(Attempt.Found::gap).max().orElseThrow(),
        complete && found.stream().allMatch(Attempt.Found::proven),
        effort());
  }

  private SolveResult infeasible(ScaledProblem scaled) {
    List<Bound> breakable =
        problem.bounds().stream().filter(bound -> canBeBroken(scaled, bound)).toList();
    Conflict conflict = new ConflictSearch(problem, search).smallest(breakable);
    return new SolveResult.Infeasible(conflict, effort());
  }

  /**
   * Whether some selection violates the bound. A bound that all selections keep is part of no
   * conflict.
   */
  private boolean canBeBroken(ScaledProblem scaled, Bound bound) {
    ChoiceRow row = scaled.row(bound);
    if (LayerSums.largest(scaled.model(), row::coefficient) < row.max() - problem.layers()) {
      return false;
    }
    BigDecimal worst = paths.largest(c -> cost(bound, c)).orElseThrow();
    return !bound.admits(worst.multiply(BigDecimal.valueOf(bound.sign())));
  }

  private List<Conflict.Shortfall> shortfalls(ScaledProblem scaled) {
    List<Conflict.Shortfall> shortfalls = new ArrayList<>();
    for (Bound bound : problem.bounds()) {
      ChoiceRow row = scaled.row(bound);
      // Rounding changes each candidate by less than one unit; exact sums are needed only near the
      // limit.
      if (LayerSums.smallest(scaled.model(), row::coefficient) > row.max() - problem.layers()) {
        BigDecimal best =
            paths
                .smallest(c -> cost(bound, c))
                .orElseThrow()
                .multiply(BigDecimal.valueOf(bound.sign()));
        if (!bound.admits(best)) {
          shortfalls.add(new Conflict.Shortfall(bound, best.doubleValue()));
        }
      }
    }
    return shortfalls;
  }

  private static BigDecimal cost(Bound bound, Candidate candidate) {
    return BigDecimal.valueOf(bound.sign() * candidate.cost(bound.cost()));
  }

  private Effort effort() {
    return new Effort(
        search.backends(),
        Duration.ofNanos(System.nanoTime() - start),
        search.calls(),
        search.removed());
  }

  /** Clamps time limits to avoid overflow. */
  private static long nanos(Duration limit) {
    return limit.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toNanos()
        : limit.toNanos();
  }
}
