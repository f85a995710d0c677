package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.export.ServingEngine;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.BatchSizes;
import io.github.puzzle4j.search.plan.Solve;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.baseline.Greedy;
import io.github.puzzle4j.solver.baseline.RandomSelection;
import io.github.puzzle4j.solver.baseline.Uniform;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import io.github.puzzle4j.solver.sweep.Ladder;
import io.github.puzzle4j.solver.sweep.Rung;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Chooses the layers of a child for one target: one problem per batch size, the best answer kept
 * (Puzzle, arXiv 2411.19146, section 5), and the baselines at the same batch and budget.
 */
final class TargetSelector {

  private static final int FRONTIER_POINTS = 12;

  private final ModelConfig config;
  private final SearchSpace space;
  private final TargetProblem problems;
  private final Solve solve;
  private final List<Baseline> baselines;
  private final long seed;

  TargetSelector(
      ModelConfig config,
      SearchSpace space,
      TargetProblem problems,
      Solve solve,
      List<Baseline> baselines,
      long seed) {
    this.config = config;
    this.space = space;
    this.problems = problems;
    this.solve = solve;
    this.baselines = baselines;
    this.seed = seed;
  }

  /** One batch size with what the solver is asked about it. */
  private record Question(CostTable costs, TargetBudget budget, SelectionProblem problem) {

    Rung rung(int number) {
      return new Rung("%d: batch %d".formatted(number, costs.scenario().batch()), problem);
    }
  }

  TargetChoice choose(String name, Target target) throws IOException {
    CostModel model = CostModel.of(config, GpuTargets.load(target.gpu()), target.backend());
    ServingEngine engine = ServingEngine.named(target.backend());
    List<CostTable> tables = tables(model, target);
    ModelCost teacher = bestTeacher(model, tables);
    List<Question> questions = new ArrayList<>();
    List<Rung> rungs = new ArrayList<>();
    for (CostTable table : tables) {
      questions.add(question(target, engine, model, table, teacher));
      rungs.add(questions.getLast().rung(questions.size()));
    }
    Ladder ladder = Ladder.climb(rungs, options(), solve.timeLimit().multipliedBy(rungs.size()));
    Optional<Ladder.Step> best = ladder.best();
    return best.isPresent()
        ? chosen(name, target, teacher, questions, ladder, best.get())
        : outOfReach(name, target, teacher, questions, ladder);
  }

  private List<CostTable> tables(CostModel model, Target target) {
    Scenario scenario =
        Scenario.of(target.scenario().inputTokens(), target.scenario().outputTokens(), 1);
    return switch (target.scenario().batch()) {
      case BatchSizes.Ladder() -> model.ladder(space, scenario);
      case BatchSizes.Exactly(List<Integer> sizes) ->
          sizes.stream().map(size -> model.table(space, scenario.withBatch(size))).toList();
    };
  }

  /** The teacher at the batch size, of those tried, that serves the most tokens per second. */
  private ModelCost bestTeacher(CostModel model, List<CostTable> tables) {
    List<ModelCost> costs =
        tables.stream()
            .map(table -> model.price(Architecture.teacher(config), table.scenario()))
            .toList();
    Comparator<ModelCost> order = Comparator.comparingDouble(ModelCost::throughputTokensPerSecond);
    return costs.stream()
        .filter(ModelCost::fits)
        .max(order)
        .or(() -> costs.stream().min(order))
        .orElseThrow(() -> new IllegalStateException("no batch size to price"));
  }

  private Question question(
      Target target, ServingEngine engine, CostModel model, CostTable table, ModelCost teacher) {
    ModelCost same = model.price(Architecture.teacher(config), table.scenario());
    TargetBudget budget =
        new TargetBudget(
            target.throughput().tokensPerSecond(teacher.throughputTokensPerSecond()),
            target
                .memory()
                .bytes(table.capacity().usableMemoryBytes(), same.memory().totalBytes()));
    return new Question(table, budget, problems.of(table, engine, budget.limits()));
  }

  private SolveOptions options() {
    return new SolveOptions(solve.backend(), solve.timeLimit(), seed);
  }

  private TargetChoice chosen(
      String name,
      Target target,
      ModelCost teacher,
      List<Question> questions,
      Ladder ladder,
      Ladder.Step step) {
    SolveResult.Solved solved = step.solved().orElseThrow();
    Question best = questions.get(ladder.steps().indexOf(step));
    SequencedMap<Baseline, List<BlockVariant>> simpler = new LinkedHashMap<>();
    for (Baseline baseline : baselines) {
      baseline(baseline, best.problem())
          .ifPresent(selection -> simpler.put(baseline, TargetProblem.blocks(selection)));
    }
    return new TargetChoice.Chosen(
        name,
        target,
        best.budget(),
        teacher,
        best.costs(),
        best.problem(),
        solved,
        duration(ladder),
        TargetProblem.blocks(solved.selection()),
        simpler,
        frontier(best, teacher));
  }

  private static Duration duration(Ladder ladder) {
    return ladder.steps().stream()
        .map(step -> step.result().effort().elapsed())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private Optional<Selection> baseline(Baseline baseline, SelectionProblem problem) {
    return switch (baseline) {
      case GREEDY -> Greedy.select(problem);
      case UNIFORM -> Uniform.select(problem, candidate -> TargetProblem.variant(candidate).id());
      case RANDOM -> RandomSelection.select(problem, seed);
    };
  }

  /** Proven choices from the teacher's throughput up to where nothing is left to take away. */
  private List<TargetChoice.FrontierPoint> frontier(Question at, ModelCost teacher) {
    double fastest = fastest(at);
    double slowest = Math.min(teacher.throughputTokensPerSecond(), fastest);
    List<Double> budgets = new ArrayList<>();
    for (int i = 0; i < FRONTIER_POINTS; i++) {
      double share = (double) i / (FRONTIER_POINTS - 1);
      double throughput = slowest * Math.pow(fastest / slowest, share) * (1 - 1e-9);
      TargetBudget budget = at.budget().withThroughput(throughput);
      budgets.add(TargetProblem.runtimeLimit(at.costs(), budget.limits()));
    }
    Frontier frontier =
        FrontierSearch.of(at.problem(), options(), solve.timeLimit().multipliedBy(FRONTIER_POINTS))
            .at(new Axis(Measure.RUNTIME_SECONDS.id(), Bound.Side.MAX), budgets);
    return frontier.points().stream()
        .flatMap(point -> point.solved().stream())
        .map(solved -> point(at, solved))
        .sorted(Comparator.comparingDouble(TargetChoice.FrontierPoint::tokensPerSecond))
        .toList();
  }

  private static TargetChoice.FrontierPoint point(Question at, SolveResult.Solved solved) {
    List<BlockVariant> blocks = TargetProblem.blocks(solved.selection());
    return new TargetChoice.FrontierPoint(
        at.costs().total(blocks).throughputTokensPerSecond(), solved.objective());
  }

  private double fastest(Question at) {
    List<BlockVariant> blocks = new ArrayList<>();
    for (int layer = 0; layer < at.costs().layers(); layer++) {
      int current = layer;
      blocks.add(
          at.problem().candidates().stream()
              .filter(candidate -> candidate.firstLayer() == current)
              .min(
                  Comparator.comparingDouble(
                      candidate -> candidate.cost(Measure.RUNTIME_SECONDS.id())))
              .map(TargetProblem::variant)
              .orElseThrow());
    }
    return at.costs().total(blocks).throughputTokensPerSecond();
  }

  private TargetChoice outOfReach(
      String name, Target target, ModelCost teacher, List<Question> questions, Ladder ladder) {
    Question nearest =
        questions.stream()
            .max(Comparator.comparingDouble(this::fastest))
            .orElseThrow(() -> new IllegalStateException("no batch size to price"));
    String explanation =
        "%s: nothing fits throughput %.0f tokens/s and memory %.2f GiB; at batch %d the fastest choice reaches %.0f tokens/s (teacher %.0f), and %s"
            .formatted(
                name,
                nearest.budget().tokensPerSecond(),
                nearest.budget().memoryBytes() / (double) (1L << 30),
                nearest.costs().scenario().batch(),
                fastest(nearest),
                teacher.throughputTokensPerSecond(),
                ladder.steps().get(questions.indexOf(nearest)).result().explanation());
    return new TargetChoice.OutOfReach(name, target, explanation);
  }
}
