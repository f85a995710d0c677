package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.Effort;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the trade-off between the objective and one or two limits; all other limits are kept.
 * Each point is a separate problem for one selection, solved to proven optimality if time allows.
 *
 * <p>Sums are compared in exact decimals. A limit is a double, so sums of a varied cost that differ
 * by less than the spacing of doubles, about 2e-16 of their size, are not distinguished.
 */
public final class FrontierSearch {

  private final SelectionProblem problem;
  private final SolveOptions each;
  private final Duration total;

  private FrontierSearch(SelectionProblem problem, SolveOptions each, Duration total) {
    this.problem = problem;
    this.each = each;
    this.total = total;
  }

  /**
   * Creates a search over variations of a problem.
   *
   * @param each options, including the time limit, for each point
   * @param total time for all points of one sweep; points after it are undecided
   */
  public static FrontierSearch of(SelectionProblem problem, SolveOptions each, Duration total) {
    return new FrontierSearch(problem.single(), each, total);
  }

  /**
   * All Pareto-optimal trade-offs between the objective and one cost, ignoring the problem's limit
   * on that cost. Of several selections with the same objective and cost only one is returned. The
   * budget of a point is its cost.
   *
   * @param range only trade-offs that are optimal for some budget within it
   * @param most maximum number of points, starting from the loosest; if there are more, the
   *     frontier is incomplete
   */
  public Frontier all(Axis axis, Range range, int most) {
    TimedSession session = TimedSession.start(each, total);
    EpsilonConstraint walk = new EpsilonConstraint(problem, axis, most, session);
    EpsilonConstraint.End end = walk.walk(range);
    List<FrontierPoint> points = new ArrayList<>();
    for (SolveResult result : walk.results()) {
      points.add(new FrontierPoint(needs(axis, result), result, false));
    }
    points.sort(Comparator.comparingDouble(point -> point.budget(axis).orElse(0)));
    return new Frontier(
        List.of(axis),
        ParetoFilter.mark(points, List.of(axis), problem.sense()),
        end.complete(),
        end.explanation(),
        session.elapsed());
  }

  private static Map<String, Double> needs(Axis axis, SolveResult result) {
    return result instanceof SolveResult.Solved solved
        ? Map.of(axis.cost(), axis.needed(solved.selection()))
        : Map.of();
  }

  /** The optimum at each of these budgets, in their order. */
  public Frontier at(Axis axis, List<Double> budgets) {
    TimedSession session = TimedSession.start(each, total);
    return swept(List.of(axis), List.of(budgets), session);
  }

  /**
   * The optima at evenly spaced budgets. Open ends of the range are replaced by the tightest
   * feasible budget and by the smallest budget from which on a looser one has no effect.
   *
   * @param points number of budgets; a single one is at the loose end, and one suffices if both
   *     ends are equal
   */
  public Frontier even(Axis axis, Range range, int points) {
    TimedSession session = TimedSession.start(each, total);
    return switch (new FrontierEnds(problem, session).of(axis, range)) {
      case FrontierEnds.Found(Range found) ->
          swept(List.of(axis), List.of(spaced(axis, found, points)), session);
      case FrontierEnds.Missing(SolveResult reason) -> missing(List.of(axis), reason, session);
    };
  }

  /**
   * The optima at all pairs of such budgets for two limits. Open ends are determined without either
   * limit.
   *
   * @throws IllegalArgumentException if both limits are on the same cost
   */
  public Frontier grid(
      Axis first, Range firstRange, int rows, Axis second, Range secondRange, int columns) {
    if (first.cost().equals(second.cost())) {
      throw new IllegalArgumentException("both axes vary the limit of " + first.cost());
    }
    TimedSession session = TimedSession.start(each, total);
    List<Axis> axes = List.of(first, second);
    FrontierEnds ends = new FrontierEnds(second.free(first.free(problem)), session);
    return switch (ends.of(first, firstRange)) {
      case FrontierEnds.Missing(SolveResult reason) -> missing(axes, reason, session);
      case FrontierEnds.Found(Range one) ->
          switch (ends.of(second, secondRange)) {
            case FrontierEnds.Missing(SolveResult reason) -> missing(axes, reason, session);
            case FrontierEnds.Found(Range two) ->
                swept(
                    axes, List.of(spaced(first, one, rows), spaced(second, two, columns)), session);
          };
    };
  }

  private static List<Double> spaced(Axis axis, Range range, int points) {
    if (range.from() == range.to()) {
      return List.of(range.from());
    }
    if (points == 1) {
      return List.of(axis.side() == Bound.Side.MAX ? range.to() : range.from());
    }
    List<Double> budgets = new ArrayList<>();
    double width = range.to() - range.from();
    for (int point = 0; point < points - 1; point++) {
      budgets.add(range.from() + width * point / (points - 1));
    }
    budgets.add(range.to());
    return budgets;
  }

  private Frontier missing(List<Axis> axes, SolveResult reason, TimedSession session) {
    return new Frontier(
        axes,
        List.of(new FrontierPoint(Map.of(), reason, false)),
        reason instanceof SolveResult.Infeasible,
        reason.explanation(),
        session.elapsed());
  }

  private Frontier swept(List<Axis> axes, List<List<Double>> budgets, TimedSession session) {
    List<FrontierPoint> points = new ArrayList<>();
    for (List<Double> values : products(budgets)) {
      points.add(point(axes, values, session));
    }
    return new Frontier(
        axes,
        ParetoFilter.mark(points, axes, problem.sense()),
        points.stream().allMatch(FrontierSearch::isProven),
        summary(points),
        session.elapsed());
  }

  /** Cartesian product of the lists; the last list varies fastest. */
  private static List<List<Double>> products(List<List<Double>> lists) {
    List<List<Double>> products = List.of(List.of());
    for (List<Double> list : lists) {
      List<List<Double>> longer = new ArrayList<>();
      for (List<Double> product : products) {
        for (double value : list) {
          List<Double> extended = new ArrayList<>(product);
          extended.add(value);
          longer.add(extended);
        }
      }
      products = longer;
    }
    return products;
  }

  private FrontierPoint point(List<Axis> axes, List<Double> values, TimedSession session) {
    Map<String, Double> budgets = new LinkedHashMap<>();
    List<Bound> bounds = new ArrayList<>(problem.bounds());
    for (int index = 0; index < axes.size(); index++) {
      Bound bound = axes.get(index).bound(values.get(index));
      budgets.put(bound.cost(), bound.value());
      bounds.removeIf(bound::sameSide);
      bounds.add(bound);
    }
    for (Axis axis : axes) {
      Bound bound = axis.bound(budgets.getOrDefault(axis.cost(), 0.0));
      Optional<Bound> opposite = axis.opposite(problem).filter(other -> crosses(bound, other));
      if (opposite.isPresent()) {
        return new FrontierPoint(budgets, noRoom(bound, opposite.get()), false);
      }
    }
    return new FrontierPoint(budgets, session.solve(problem.withBounds(bounds)), false);
  }

  private static boolean crosses(Bound bound, Bound opposite) {
    return bound.sign() * (bound.value() - opposite.value()) < 0;
  }

  private SolveResult noRoom(Bound bound, Bound opposite) {
    return new SolveResult.Infeasible(
        new Conflict.Contradicting(List.of(opposite, bound), true),
        new Effort(each.backend(), Duration.ZERO, 0, 0));
  }

  private static boolean isProven(FrontierPoint point) {
    return switch (point.result()) {
      case SolveResult.Solved solved -> solved.proven();
      case SolveResult.Infeasible infeasible -> true;
      case SolveResult.Undecided undecided -> false;
    };
  }

  private static String summary(List<FrontierPoint> points) {
    long solved = points.stream().filter(point -> point.solved().isPresent()).count();
    long proven = points.stream().filter(FrontierSearch::isProven).count();
    return "%d budgets, %d with a selection, %d of all proven"
        .formatted(points.size(), solved, proven);
  }
}
