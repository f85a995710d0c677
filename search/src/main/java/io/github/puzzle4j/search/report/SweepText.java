package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.SweepFrontier.Entry;
import io.github.puzzle4j.search.report.SweepReport.Point;
import io.github.puzzle4j.search.report.SweepReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The points of a sweep for the terminal: one table, and why points are not done. */
public final class SweepText {

  private static final String BEST = "*";

  private final SweepReport sweep;
  private final List<Entry> entries;
  private final List<String> others;
  private final boolean severalTargets;

  private SweepText(SweepReport sweep) {
    this.sweep = sweep;
    this.entries = SweepFrontier.of(sweep);
    this.others =
        entries.stream()
            .flatMap(entry -> entry.child().measured().others().keySet().stream())
            .distinct()
            .toList();
    this.severalTargets = namesTargets(sweep, entries);
  }

  /** Whether targets differ in more than a column tells. */
  private static boolean namesTargets(SweepReport sweep, List<Entry> entries) {
    boolean isAxis =
        sweep.axes().stream()
            .anyMatch(axis -> axis.heading().endsWith("gpu") || axis.heading().endsWith("backend"));
    return sweep.points().stream().anyMatch(point -> point.targets().size() > 1)
        || (!isAxis
            && entries.stream().map(entry -> entry.report().target()).distinct().count() > 1);
  }

  /** The whole table, without a line break at the end. */
  public static String of(SweepReport sweep) {
    return new SweepText(sweep).table();
  }

  /** One point in one line. */
  public static String line(SweepReport sweep, int index) {
    Point point = sweep.points().get(index);
    String name = "point %d of %d, %s: ".formatted(index + 1, sweep.points().size(), point.name());
    if (point.status() != Status.DONE) {
      return name + status(point) + ": " + point.reason();
    }
    List<String> children = new ArrayList<>();
    for (Entry entry : SweepFrontier.of(sweep)) {
      if (entry.point().equals(point)) {
        children.add(
            "%s, %sx the throughput, KL %s%s"
                .formatted(
                    entry.report().target(),
                    speedUp(entry),
                    Numbers.estimate(entry.child().measured().kl()),
                    entry.best() ? ", on the frontier so far" : ""));
      }
    }
    return name + String.join("; ", children);
  }

  private String table() {
    List<String> headings = new ArrayList<>();
    sweep.axes().forEach(axis -> headings.add(axis.heading()));
    if (severalTargets) {
      headings.add("target");
    }
    headings.addAll(
        List.of("result", "tokens/s", "speed-up", "memory", "KL (nats)", "LM loss (nats)"));
    headings.addAll(others);
    headings.add("frontier");
    TextTable table = new TextTable(headings);
    for (Point point : sweep.points()) {
      if (point.status() == Status.DONE) {
        entries.stream()
            .filter(entry -> entry.point().equals(point))
            .forEach(entry -> table.add(cells(entry)));
      } else {
        table.add(cells(point, headings.size()));
      }
    }
    return String.join("\n", lines(table));
  }

  private List<String> lines(TextTable table) {
    List<String> lines = new ArrayList<>();
    lines.add(table.toString());
    lines.add(
        "%s: no other child of the sweep is at least as fast, as small and as good."
            .formatted(BEST));
    for (Point point : sweep.points()) {
      if (!point.reason().isEmpty()) {
        lines.add("%s: %s: %s".formatted(point.name(), status(point), point.reason()));
      }
    }
    long missing = sweep.count(Status.MISSING);
    if (missing > 0) {
      lines.add(
          "%d of %d points are missing; the same search goes on with them."
              .formatted(missing, sweep.points().size()));
    }
    return lines;
  }

  private List<String> cells(Entry entry) {
    TargetReport.Row child = entry.child();
    List<String> cells = new ArrayList<>(values(entry.point()));
    if (severalTargets) {
      cells.add(entry.report().target());
    }
    cells.addAll(
        List.of(
            child.kind().label(),
            Numbers.grouped(child.tokensPerSecond()),
            speedUp(entry) + "x",
            Numbers.bytes(child.memoryBytes()),
            Numbers.estimate(child.measured().kl()),
            Numbers.estimate(child.measured().lmLoss())));
    for (String other : others) {
      cells.add(
          child.measured().others().containsKey(other)
              ? Numbers.estimate(
                  Objects.requireNonNull(child.measured().others().get(other), other))
              : "");
    }
    cells.add(entry.best() ? BEST : "");
    return cells;
  }

  private List<String> cells(Point point, int columns) {
    List<String> cells = new ArrayList<>(values(point));
    if (severalTargets) {
      cells.add("");
    }
    cells.add(status(point));
    while (cells.size() < columns) {
      cells.add("");
    }
    return cells;
  }

  private static List<String> values(Point point) {
    return point.values().stream().map(value -> value.isEmpty() ? "-" : value).toList();
  }

  private static String speedUp(Entry entry) {
    return Numbers.fixed(entry.child().tokensPerSecond() / entry.teacher().tokensPerSecond(), 2);
  }

  private static String status(Point point) {
    return point.status().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
