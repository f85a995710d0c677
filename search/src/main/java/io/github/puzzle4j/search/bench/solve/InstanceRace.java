package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One instance: our solver, ojAlgo after the reduction, and the plain backends. */
final class InstanceRace {

  private static final String OJALGO = "ojalgo";
  private static final String CBC = "cbc";

  private final PlainRace plain;
  private final SolveOptions options;
  private final int repetitions;

  InstanceRace(PlainRace plain, SolveOptions options, int repetitions) {
    this.plain = plain;
    this.options = options;
    this.repetitions = repetitions;
  }

  BenchReport.Measured run(Instance instance) {
    SelectionProblem problem = instance.problem();
    Referee referee = new Referee(problem);
    Clock.Timed<SolveResult> ours = ours(problem, options);
    Clock.Timed<SolveResult> ojalgo = ours(problem, options.withBackend(OJALGO));
    referee.hear(ours.result());
    referee.hear(ojalgo.result());
    // So that one of the two is known to be faster.
    List<PlainRace.Run> runs = plain.run(problem, referee, Map.of(CBC, ojalgo.seconds()));
    runs.forEach(run -> referee.hear(run.outcome()));
    return measured(
        instance,
        runs.stream().map(referee::judge).toList(),
        referee.judge(ours.result(), ours.seconds()),
        referee.judge(ojalgo.result(), ojalgo.seconds()));
  }

  private Clock.Timed<SolveResult> ours(SelectionProblem problem, SolveOptions how) {
    List<Double> seconds = new ArrayList<>();
    Clock.Timed<SolveResult> timed;
    do {
      timed = Clock.time(() -> SelectionSolver.solve(problem, how));
      seconds.add(timed.seconds());
    } while (seconds.size() < repetitions
        && timed.result() instanceof SolveResult.Solved solved
        && solved.proven());
    return new Clock.Timed<>(timed.result(), Clock.median(seconds));
  }

  private BenchReport.Measured measured(
      Instance instance,
      List<BenchReport.Plain> runs,
      BenchReport.Ours ours,
      BenchReport.Ours ojalgo) {
    Optional<BenchReport.Plain> fastest =
        runs.stream()
            .filter(BenchReport.Plain::solved)
            .min(Comparator.comparingDouble(BenchReport.Plain::seconds));
    double cutOff = options.timeLimit().toNanos() / 1e9;
    Ratio ratio =
        Ratio.of(
            fastest.map(BenchReport.Plain::seconds).orElse(cutOff),
            fastest.isPresent(),
            ours.seconds(),
            ours.solved());
    Ratio ojalgoToCbc =
        runs.stream()
            .filter(run -> run.backend().equals(CBC))
            .findFirst()
            .map(cbc -> Ratio.of(cbc.seconds(), cbc.solved(), ojalgo.seconds(), ojalgo.solved()))
            .orElse(Ratio.unknown());
    return new BenchReport.Measured(
        instance.name(),
        instance.size(),
        instance.family(),
        instance.tightness(),
        instance.numbers(),
        runs,
        ours,
        ojalgo,
        fastest.map(BenchReport.Plain::backend),
        ratio,
        ojalgoToCbc);
  }
}
