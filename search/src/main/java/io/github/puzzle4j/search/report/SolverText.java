package io.github.puzzle4j.search.report;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Distribution;
import io.github.puzzle4j.solver.insight.NearestLimits;
import io.github.puzzle4j.solver.insight.Reachable;
import io.github.puzzle4j.solver.insight.Relaxations;
import io.github.puzzle4j.solver.insight.Resampling;
import io.github.puzzle4j.solver.insight.Sensitivity;
import io.github.puzzle4j.solver.sweep.Axis;
import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierPoint;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats results of the solver as text. */
public final class SolverText {

  private static final MathContext DIGITS = new MathContext(6);
  private static final int LONGEST_PLAIN = 12;

  private SolverText() {}

  /** A number with six significant digits. */
  public static String number(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
    String plain = rounded.toPlainString();
    return plain.length() <= LONGEST_PLAIN ? plain : rounded.toString();
  }

  /** Seconds with two digits. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
  }

  /** One word for a result. */
  public static String status(SolveResult result) {
    return switch (result) {
      case SolveResult.Solved solved -> solved.proven() ? "optimal" : "feasible";
      case SolveResult.Infeasible infeasible -> "infeasible";
      case SolveResult.Undecided undecided -> "undecided";
    };
  }

  /** What was found, by what, and in which time. */
  public static String summary(SolveResult.Solved solved) {
    return "%s (%s, %s)"
        .formatted(
            solved.explanation(), solved.effort().backend(), seconds(solved.effort().elapsed()));
  }

  /** The selections with their costs. */
  public static String of(SolveResult.Solved solved) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(summary(solved));
    int number = 0;
    for (Selection selection : solved.selections()) {
      number++;
      if (solved.selections().size() > 1) {
        lines.add("solution %d: objective %s".formatted(number, selection.objective()));
      }
      selection.costs().forEach((cost, sum) -> lines.add("%s %s".formatted(cost, sum)));
      selection.chosen().stream().map(Candidate::id).forEach(id -> lines.add("  " + id));
      selection.pairs().forEach(pair -> lines.add("  %s: %s".formatted(pair, pair.score())));
    }
    return lines.toString();
  }

  /** What a choice by worse scores means. */
  public static String pessimism(double standardErrors, List<Double> expected) {
    return "scores worse by %s standard errors; with unchanged scores, the objective is %s"
        .formatted(
            number(standardErrors),
            expected.stream().map(SolverText::number).collect(Collectors.joining(", ")));
  }

  /** The price of each limit. */
  public static String of(Sensitivity sensitivity) {
    TextTable table = new TextTable("limit|slack|price|step|gain|at most");
    for (Sensitivity.Marginal limit : sensitivity.limits()) {
      table.row(
          limit.bound(),
          number(limit.slack()),
          number(limit.price()),
          number(limit.step()),
          (limit.proven() ? "" : ">= ") + number(limit.gain()),
          number(limit.mostGain()));
    }
    return table.toString();
  }

  /** The distributions, and the candidates that are chosen in some samples but not in all. */
  public static String of(Resampling resampling) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "scores drawn anew %d times: nothing is better than this choice in %s %% of them"
            .formatted(resampling.samples(), number(100 * resampling.unbeaten())));
    TextTable table = new TextTable("objective|mean|deviation|5 %|median|95 %");
    row(table, "best", resampling.optimum());
    row(table, "this choice", resampling.choice());
    row(table, "regret", resampling.regret());
    lines.add(table.toString());
    List<Map.Entry<String, Double>> wavering = new ArrayList<>(resampling.chosen().entrySet());
    wavering.removeIf(entry -> entry.getValue() == 1);
    wavering.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    if (!wavering.isEmpty()) {
      TextTable shares = new TextTable("candidate|chosen");
      wavering.forEach(entry -> shares.row(entry.getKey(), number(100 * entry.getValue()) + " %"));
      lines.add(shares.toString());
    }
    return lines.toString();
  }

  private static void row(TextTable table, String name, Distribution distribution) {
    table.row(
        name,
        number(distribution.mean()),
        number(distribution.standardDeviation()),
        number(distribution.p5()),
        number(distribution.median()),
        number(distribution.p95()));
  }

  /** The nearest feasible limits, in one line; empty if unknown. */
  public static String of(Relaxations remedy) {
    StringJoiner parts = new StringJoiner("; ");
    String reachable =
        remedy.reachable().stream()
            .flatMap(reach ->
                reach instanceof Reachable.Best best
                    ? Stream.of("%s %s".formatted(best.bound().cost(), number(best.value())))
                    : Stream.empty())
            .collect(Collectors.joining(", "));
    if (!reachable.isEmpty()) {
      parts.add("with the other limits kept can be reached: " + reachable);
    }
    if (remedy.nearest() instanceof NearestLimits.Found found) {
      parts.add(
          "nearest that works: %s (%s %% more room%s), objective %s%s"
              .formatted(
                  found.relaxed().stream().map(Bound::toString).collect(Collectors.joining(", ")),
                  number(100 * found.relaxation()),
                  found.smallest()
                      ? ""
                      : ", %s %% at least".formatted(number(100 * found.atLeast())),
                  number(found.selection().objective()),
                  found.best() ? "" : " or better"));
    }
    return parts.toString();
  }

  /** The points as a table, and how many there are. */
  public static String of(Frontier frontier) {
    List<String> costs = frontier.axes().stream().map(Axis::cost).toList();
    List<String> headings = new ArrayList<>();
    costs.forEach(cost -> headings.add(cost + " limit"));
    headings.add("answer");
    headings.add("objective");
    headings.addAll(costs);
    headings.add("Pareto");
    TextTable table = new TextTable(headings);
    frontier.points().forEach(point -> table.add(row(point, frontier.axes())));
    return "%s%n%s (%s)".formatted(table, frontier.explanation(), seconds(frontier.elapsed()));
  }

  private static List<String> row(FrontierPoint point, List<Axis> axes) {
    List<String> cells = new ArrayList<>();
    for (Axis axis : axes) {
      cells.add(point.budget(axis).stream().mapToObj(SolverText::number).findFirst().orElse("-"));
    }
    cells.add(status(point.result()));
    cells.add(point.solved().map(solved -> number(solved.objective())).orElse("-"));
    for (Axis axis : axes) {
      cells.add(
          point
              .solved()
              .map(solved -> solved.selection().exactCost(axis.cost()).doubleValue())
              .map(SolverText::number)
              .orElse("-"));
    }
    cells.add(point.paretoOptimal() ? "*" : "");
    return cells;
  }
}
