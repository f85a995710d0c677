package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.ServiceLevel;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.Solve;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierSearch;
import io.github.puzzle4j.solver.sweep.Ladder;
import io.github.puzzle4j.solver.sweep.Rung;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Chooses the layers of a child for one target: one problem per batch size, the best answer kept
 * (Puzzle, arXiv 2411.19146, section 5), and the baselines at the same batch and budget.
 */
final class TargetSelector {

  private static final int FRONTIER_POINTS = 12;

  private final Loadable loadable;
  private final ScoreTable scores;
  private final ScoreObjective objective;
  private final Solve solve;
  private final List<Baseline> baselines;
  private final long seed;

  /**
   * Choices by these scores.
   *
   * @param loadable restricts candidates to those that formats and engines accept
   */
  TargetSelector(
      Loadable loadable,
      ScoreTable scores,
      ScoreObjective objective,
      Solve solve,
      List<Baseline> baselines,
      long seed) {
    this.loadable = loadable;
    this.scores = scores;
    this.objective = objective;
    this.solve = solve;
    this.baselines = baselines;
    this.seed = seed;
  }

  /** One batch size and its problem. */
  private record Question(CostTable costs, TargetBudget budget, TargetProblem target) {

    SelectionProblem problem() {
      return target.problem();
    }

    Rung rung(int number) {
      return new Rung("%d: batch %d".formatted(number, costs.scenario().batch()), problem());
    }
  }

  TargetChoice choose(String name, PricedTarget priced) throws IOException {
    Target target = priced.target();
    List<CostTable> tables = priced.tables();
    ModelCost teacher = bestTeacher(priced, tables);
    List<Question> questions = questions(priced, tables, teacher);
    List<Rung> rungs = new ArrayList<>();
    for (Question question : questions) {
      rungs.add(question.rung(rungs.size() + 1));
    }
    Ladder ladder = Ladder.solve(rungs, options(), solve.timeLimit().multipliedBy(rungs.size()));
    Optional<Ladder.Step> best = ladder.best();
    if (best.isPresent()) {
      return chosen(name, target, teacher, questions, ladder, best.get());
    }
    List<SolveResult> results = ladder.steps().stream().map(Ladder.Step::result).toList();
    return outOfReach(name, priced, teacher, questions, results);
  }

  /**
   * A target that no choice can keep, whatever the scores; empty if one can, or if that is not
   * known in time.
   */
  Optional<TargetChoice.OutOfReach> unreachable(String name, PricedTarget priced, Duration time)
      throws IOException {
    List<CostTable> tables = priced.tables();
    ModelCost teacher = bestTeacher(priced, tables);
    List<Question> questions = questions(priced, tables, teacher);
    TimedSession session = TimedSession.start(options(), time);
    List<SolveResult> results = new ArrayList<>();
    for (Question question : questions.reversed()) {
      results.addFirst(session.solve(question.problem()));
      switch (results.getFirst()) {
        case SolveResult.Infeasible _ -> {}
        case SolveResult.Solved _, SolveResult.Undecided _ -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(outOfReach(name, priced, teacher, questions, results));
  }

  /** The problems of a target, one per batch size. */
  List<TargetProblem> problems(PricedTarget priced) {
    List<CostTable> tables = priced.tables();
    return questions(priced, tables, bestTeacher(priced, tables)).stream()
        .map(Question::target)
        .toList();
  }

  private List<Question> questions(PricedTarget priced, List<CostTable> tables, ModelCost teacher) {
    List<Replacement> allowed =
        priced.space().replacements().stream().filter(one -> loadable.allows(priced, one)).toList();
    return tables.stream().map(table -> question(priced, allowed, table, teacher)).toList();
  }

  /**
   * The teacher at the batch size, of those tried, that serves the most tokens per second: of those
   * that fit and keep the latency limits, if there are any, else of those that fit.
   */
  private ModelCost bestTeacher(PricedTarget priced, List<CostTable> tables) {
    ServiceLevel level = TargetBudget.level(priced.target());
    List<ModelCost> costs =
        tables.stream()
            .map(table -> priced.costs().price(priced.space().teacher(), table.scenario()))
            .toList();
    Comparator<ModelCost> order = Comparator.comparingDouble(ModelCost::throughputTokensPerSecond);
    return costs.stream()
        .filter(ModelCost::fits)
        .filter(level::isKeptBy)
        .max(order)
        .or(() -> costs.stream().filter(ModelCost::fits).max(order))
        .or(() -> costs.stream().min(order))
        .orElseThrow(() -> new IllegalStateException("no batch size to price"));
  }

  private Question question(
      PricedTarget priced, List<Replacement> allowed, CostTable table, ModelCost teacher) {
    Target target = priced.target();
    ModelCost same = priced.costs().price(priced.space().teacher(), table.scenario());
    TargetBudget budget =
        TargetBudget.of(target, teacher, same, table.capacity().usableMemoryBytes());
    return new Question(
        table,
        budget,
        TargetProblem.of(
            table, allowed, scores, objective, budget.limits(), loadable.needsAttention()));
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
    return new TargetChoice.Chosen(
        name,
        target,
        best.budget(),
        teacher,
        best.costs(),
        best.target(),
        solved,
        duration(ladder),
        best.target().child(solved.selection()),
        best.target().child(solved.selection()),
        Optional.empty(),
        new BaselineChoices(best.target(), options()).choose(baselines),
        Optional.empty(),
        frontier(best, teacher));
  }

  private static Duration duration(Ladder ladder) {
    return ladder.steps().stream()
        .map(step -> step.result().effort().elapsed())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Proven choices from the teacher's throughput, or the minimum that keeps the time per output
   * token, to the highest possible one.
   */
  private List<TargetChoice.FrontierPoint> frontier(Question at, ModelCost teacher) {
    double fastest = fastest(at).throughputTokensPerSecond();
    double least =
        Math.max(
            teacher.throughputTokensPerSecond(),
            at.budget().throughputOfSlowestTokens(at.costs().scenario()));
    double slowest = Math.min(least, fastest);
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
    Child child = at.target().child(solved.selection());
    return new TargetChoice.FrontierPoint(
        child, at.costs().total(child.model()), solved.objective());
  }

  /** The child with the least runtime: the shortest path over the layers. */
  private static ModelCost fastest(Question at) {
    int layers = at.problem().layers();
    double[] least = new double[layers + 1];
    Arrays.fill(least, 0, layers, Double.POSITIVE_INFINITY);
    Candidate[] best = new Candidate[layers];
    for (int layer = layers - 1; layer >= 0; layer--) {
      for (Candidate candidate : at.problem().candidates()) {
        if (candidate.firstLayer() == layer) {
          double runtime =
              candidate.cost(Measure.RUNTIME_SECONDS.id()) + least[candidate.endLayer()];
          if (runtime < least[layer]) {
            least[layer] = runtime;
            best[layer] = candidate;
          }
        }
      }
    }
    List<Replacement> path = new ArrayList<>();
    for (int layer = 0; layer < layers; layer = best[layer].endLayer()) {
      path.add(at.target().replacement(best[layer]));
    }
    return at.costs().total(new Child(at.target().space().teacher(), path).model());
  }

  private TargetChoice.OutOfReach outOfReach(
      String name,
      PricedTarget priced,
      ModelCost teacher,
      List<Question> questions,
      List<SolveResult> results) {
    Question nearest =
        questions.stream()
            .min(
                Comparator.comparingDouble(
                    question -> question.budget().shortfall(fastest(question))))
            .orElseThrow(() -> new IllegalStateException("no batch size to price"));
    TargetBudget budget = nearest.budget();
    StringJoiner explanation =
        new StringJoiner("; ")
            .add(
                "%s: nothing fits %s; at batch %d the fastest choice reaches %s (teacher %.0f), and %s"
                    .formatted(
                        name,
                        budget.text(),
                        nearest.costs().scenario().batch(),
                        reached(budget, fastest(nearest)),
                        teacher.throughputTokensPerSecond(),
                        new Shortage(nearest.costs())
                            .text(results.get(questions.indexOf(nearest)))));
    loadable.exclusions(priced).forEach(explanation::add);
    return new TargetChoice.OutOfReach(
        name, priced.target(), explanation.toString(), nearest.problem());
  }

  private static String reached(TargetBudget budget, ModelCost cost) {
    List<String> reached = new ArrayList<>();
    reached.add("%.0f tokens/s".formatted(cost.throughputTokensPerSecond()));
    reached.addAll(budget.waitsOf(cost));
    return TargetBudget.listed(reached);
  }
}
