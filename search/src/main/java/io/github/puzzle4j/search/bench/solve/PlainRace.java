package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plain backends on one problem, one after another. Only the fastest matters, so the time limit of
 * each is the time of the fastest before it; a backend that is cut off is slower by an unknown
 * amount.
 */
final class PlainRace {

  /** Longer solves are not repeated. */
  private static final double WORTH_REPEATING_SECONDS = 1;

  /** Above this, ojAlgo exceeds its time limit by minutes; it was never the fastest. */
  private static final int MOST_CANDIDATES_FOR_OJALGO = 10_000;

  private static final Duration SHORTEST = Duration.ofMillis(50);

  /** One backend's run. */
  record Run(String backend, double seconds, double limitSeconds, PlainSolve.Outcome outcome) {}

  private final List<SolverBackend> backends;
  private final int repetitions;
  private final Duration timeLimit;
  private final long seed;

  PlainRace(List<SolverBackend> backends, int repetitions, Duration timeLimit, long seed) {
    this.backends = backends;
    this.repetitions = repetitions;
    this.timeLimit = timeLimit;
    this.seed = seed;
  }

  /**
   * @param referee checks claims
   * @param atLeast by name, minimum time limit of a backend in seconds
   */
  List<Run> run(SelectionProblem problem, Referee referee, Map<String, Double> atLeast) {
    List<Run> runs = new ArrayList<>();
    double best = timeLimit.toNanos() / 1e9;
    for (SolverBackend backend : backends) {
      if (hopeless(problem, backend)) {
        continue;
      }
      double allowed = Math.max(best, atLeast.getOrDefault(backend.name(), 0.0));
      Run run = run(problem, backend, shorter(duration(allowed), timeLimit));
      runs.add(run);
      if (referee.upholds(run.outcome())) {
        best = Math.min(best, run.seconds());
      }
    }
    return runs;
  }

  private static boolean hopeless(SelectionProblem problem, SolverBackend backend) {
    return backend.name().equals("ojalgo")
        && problem.candidates().size() > MOST_CANDIDATES_FOR_OJALGO;
  }

  /** That backend alone, once, with the full time limit. */
  Run once(SelectionProblem problem, String name) {
    SolverBackend backend =
        backends.stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
    PlainSolve.Outcome outcome = PlainSolve.solve(problem, backend, timeLimit, seed);
    return new Run(name, seconds(outcome), timeLimit.toNanos() / 1e9, outcome);
  }

  private Run run(SelectionProblem problem, SolverBackend backend, Duration limit) {
    List<Double> seconds = new ArrayList<>();
    PlainSolve.Outcome outcome;
    do {
      outcome = PlainSolve.solve(problem, backend, limit, seed);
      seconds.add(seconds(outcome));
    } while (seconds.size() < repetitions
        && outcome.claim() == PlainSolve.Claim.OPTIMAL
        && seconds.getLast() < WORTH_REPEATING_SECONDS);
    return new Run(backend.name(), Clock.median(seconds), limit.toNanos() / 1e9, outcome);
  }

  private static double seconds(PlainSolve.Outcome outcome) {
    return outcome.elapsed().toNanos() / 1e9;
  }

  private static Duration duration(double seconds) {
    Duration limit = Duration.ofNanos((long) (seconds * 1e9));
    return limit.compareTo(SHORTEST) < 0 ? SHORTEST : limit;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
