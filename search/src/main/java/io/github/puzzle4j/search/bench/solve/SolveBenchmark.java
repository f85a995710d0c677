package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Measures this project's solver against the plain backends: how much longer the fastest of them
 * takes to prove the optimum of the same problem, in the same process, on the same machine.
 */
public final class SolveBenchmark {

  private static final Duration WARM_UP_LIMIT = Duration.ofMillis(500);
  private static final String OJALGO = "ojalgo";

  private final BenchSettings settings;
  private final List<SolverBackend> backends;
  private final SolveOptions options;
  private final Consumer<String> listener;
  private final long start = System.nanoTime();
  private final List<String> leftOut = new ArrayList<>();

  private SolveBenchmark(
      BenchSettings settings, List<SolverBackend> backends, Consumer<String> listener) {
    this.settings = settings;
    this.backends = backends;
    this.options = new SolveOptions(SolveOptions.AUTO, settings.timeLimit(), settings.seed());
    this.listener = listener;
  }

  /** Number of steps that {@link #run} reports. */
  public static int steps(BenchSettings settings) {
    return 1 + settings.instances().size() + settings.frontiers().size();
  }

  /**
   * Measures; takes minutes.
   *
   * @param listener called at the start of each step
   * @throws InvalidProblemException if there is no such backend, or if it does not work here
   * @throws IllegalArgumentException if there is nothing to measure
   */
  public static BenchReport run(BenchSettings settings, Consumer<String> listener)
      throws InvalidProblemException {
    if (settings.instances().isEmpty() || settings.backends().isEmpty()) {
      throw new IllegalArgumentException("a benchmark needs instances and backends");
    }
    SolverBackends installed = SolverBackends.installed();
    List<SolverBackend> backends = new ArrayList<>();
    for (String name : settings.backends()) {
      Optional<SolverBackend> backend = installed.find(name);
      if (backend.isEmpty()) {
        throw new InvalidProblemException(
            "there is no solver backend '%s'; there are %s"
                .formatted(name, String.join(", ", installed.names())));
      }
      backends.add(backend.get());
    }
    return new SolveBenchmark(settings, backends, listener).run();
  }

  private BenchReport run() throws InvalidProblemException {
    BenchReport.Startup startup = startup();
    PlainRace plain =
        new PlainRace(backends, settings.repetitions(), settings.timeLimit(), settings.seed());
    InstanceRace race = new InstanceRace(plain, options, settings.repetitions());
    String firstSize = settings.instances().getFirst().size();
    List<BenchReport.Measured> measured = new ArrayList<>();
    measure(race, instance -> instance.size().equals(firstSize), measured);
    List<BenchReport.Frontier> frontiers = new ArrayList<>();
    FrontierRace frontierRace = new FrontierRace(plain, options);
    for (Instance instance : settings.frontiers()) {
      if (begins("frontier " + instance.name())) {
        frontierRace.run(instance).ifPresent(frontiers::add);
      }
    }
    measure(race, instance -> !instance.size().equals(firstSize), measured);
    return new BenchReport(
        Machine.here(),
        settings.repetitions(),
        settings.seed(),
        settings.timeLimit().toNanos() / 1e9,
        families(),
        startup,
        measured,
        frontiers,
        leftOut,
        Summaries.bySize(measured));
  }

  private void measure(
      InstanceRace race, Predicate<Instance> wanted, List<BenchReport.Measured> measured) {
    for (Instance instance : settings.instances()) {
      if (wanted.test(instance) && begins(instance.name())) {
        measured.add(race.run(instance));
      }
    }
  }

  private boolean begins(String what) {
    if (Clock.secondsSince(start) > settings.overallLimit().toNanos() / 1e9) {
      leftOut.add(what);
      return false;
    }
    listener.accept(what);
    return true;
  }

  private BenchReport.Startup startup() throws InvalidProblemException {
    double jvm =
        (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
    listener.accept("first solve and warm-up");
    long loading = System.nanoTime();
    for (SolverBackend backend : backends) {
      SelectionSolver.requireBackend(backend.name());
    }
    double natives = Clock.secondsSince(loading);
    Instance first = settings.instances().getFirst();
    SelectionProblem problem = first.problem();
    Clock.Timed<SolveResult> cold = Clock.time(() -> SelectionSolver.solve(problem, options));
    Clock.Timed<Integer> warm = Clock.time(this::warmUp);
    return new BenchReport.Startup(jvm, natives, cold.seconds(), first.name(), warm.seconds());
  }

  /** Every solver that is measured, until the time is over, each backend at least once. */
  private int warmUp() {
    SolveOptions brief = options.withTimeLimit(WARM_UP_LIMIT);
    double seconds = settings.warmUp().toNanos() / 1e9;
    long begin = System.nanoTime();
    int solves = 0;
    while (true) {
      for (Instance instance : Instances.everyThird(24, 16, solves)) {
        SelectionProblem problem = instance.problem();
        SelectionSolver.solve(problem, brief);
        SelectionSolver.solve(problem, brief.withBackend(OJALGO));
        SolverBackend next = backends.get(solves % backends.size());
        PlainSolve.solve(problem, next, WARM_UP_LIMIT, settings.seed());
        solves++;
        if (solves >= backends.size() && Clock.secondsSince(begin) > seconds) {
          return solves;
        }
      }
    }
  }

  private Map<String, String> families() {
    Set<Family> used = new LinkedHashSet<>();
    settings.instances().forEach(instance -> used.add(instance.family()));
    Map<String, String> families = new LinkedHashMap<>();
    used.forEach(family -> families.put(family.id(), family.description()));
    return families;
  }
}
