package io.github.puzzle4j.solver;

import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One problem on its way from the question to the answer. */
final class SolveRun {

  private final SelectionProblem problem;
  private final SolverBackend backend;
  private final BackendSearch search;
  private final LayerPaths paths;
  private final long start = System.nanoTime();
  private int removed;

  SolveRun(SelectionProblem problem, SolveOptions options, SolverBackend backend) {
    this.problem = problem;
    this.backend = backend;
    this.search =
        new BackendSearch(problem, backend, options.seed(), start + nanos(options.timeLimit()));
    this.paths = new LayerPaths(problem.layers(), problem.candidates());
  }

  SolveResult run() {
    Optional<String> obstacle = backend.unavailable();
    if (obstacle.isPresent()) {
      return new SolveResult.Undecided(
          "solver backend '%s' does not work here: %s".formatted(backend.name(), obstacle.get()),
          effort());
    }
    int reach = paths.reach();
    if (reach < problem.layers()) {
      return new SolveResult.Infeasible(new Conflict.Uncoverable(reach), effort());
    }
    List<Conflict.Shortfall> shortfalls = shortfalls();
    if (!shortfalls.isEmpty()) {
      return new SolveResult.Infeasible(new Conflict.Unreachable(shortfalls), effort());
    }
    return search();
  }

  private SolveResult search() {
    List<Bound> binding = problem.bounds().stream().filter(this::canBeBroken).toList();
    List<Candidate> candidates =
        problem.solutions() == 1 ? Dominance.undominated(problem, binding) : problem.candidates();
    removed = problem.candidates().size() - candidates.size();
    ScaledProblem scaled = ScaledProblem.optimising(problem, candidates, binding);
    List<Attempt.Found> found = new ArrayList<>();
    List<ChoiceRow> different = new ArrayList<>();
    while (found.size() < problem.solutions()) {
      switch (search.best(scaled, binding, different)) {
        case Attempt.Found next -> {
          found.add(next);
          different.add(
              scaled.agreeingAtMost(
                  next.selection(), problem.layers() - problem.leastDifference()));
        }
        case Attempt.None() -> {
          return found.isEmpty() ? infeasible(binding) : solved(found, true);
        }
        case Attempt.Unknown(String reason) -> {
          return found.isEmpty()
              ? new SolveResult.Undecided(reason, effort())
              : solved(found, false);
        }
      }
    }
    return solved(found, true);
  }

  private SolveResult solved(List<Attempt.Found> found, boolean complete) {
    return new SolveResult.Solved(
        found.stream().map(Attempt.Found::selection).toList(),
        found.getFirst().bound(),
        found.stream().mapToDouble(Attempt.Found::gap).max().orElseThrow(),
        complete && found.stream().allMatch(Attempt.Found::proven),
        effort());
  }

  private SolveResult infeasible(List<Bound> binding) {
    Conflict conflict = new ConflictSearch(problem, search).smallest(binding);
    return new SolveResult.Infeasible(conflict, effort());
  }

  /** Whether some selection does not keep the bound; one that all keep need not be modelled. */
  private boolean canBeBroken(Bound bound) {
    BigDecimal worst = paths.largest(c -> cost(bound, c)).orElseThrow();
    return !bound.admits(worst.multiply(BigDecimal.valueOf(bound.sign())));
  }

  private List<Conflict.Shortfall> shortfalls() {
    List<Conflict.Shortfall> shortfalls = new ArrayList<>();
    for (Bound bound : problem.bounds()) {
      BigDecimal best =
          paths
              .smallest(c -> cost(bound, c))
              .orElseThrow()
              .multiply(BigDecimal.valueOf(bound.sign()));
      if (!bound.admits(best)) {
        shortfalls.add(new Conflict.Shortfall(bound, best.doubleValue()));
      }
    }
    return shortfalls;
  }

  private static BigDecimal cost(Bound bound, Candidate candidate) {
    return BigDecimal.valueOf(bound.sign() * candidate.cost(bound.cost()));
  }

  private Effort effort() {
    return new Effort(
        backend.name(), Duration.ofNanos(System.nanoTime() - start), search.calls(), removed);
  }

  /** A limit of centuries is a limit all the same. */
  private static long nanos(Duration limit) {
    return limit.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toNanos()
        : limit.toNanos();
  }
}
