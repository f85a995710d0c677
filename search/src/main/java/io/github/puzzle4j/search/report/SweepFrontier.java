package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.SweepReport.Point;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import io.github.puzzle4j.search.report.TargetReport.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The children of a sweep, and which of them no other one of it beats: at least as fast, as small
 * and as good, and better in one of the three. Children are compared where they are served and
 * measured alike.
 */
public final class SweepFrontier {

  /** Axes that change what is measured, and on what. */
  private static final List<String> MEASURED =
      List.of(
          "teacher",
          "data.text",
          "data.heldOut",
          "data.sequenceLength",
          "data.seed",
          "score.metric");

  /** The best batch is another one for each budget. */
  private static final Pattern BATCH = Pattern.compile(", batch \\d+");

  private SweepFrontier() {}

  /**
   * A child of a sweep.
   *
   * @param point in which it was found
   * @param target the place of its target in the point
   * @param teacher that it is compared with
   * @param child as it is served: repaired, if that made it better
   * @param best whether it is on the frontier
   */
  public record Entry(Point point, int target, Row teacher, Row child, boolean best) {

    /** The results of its target. */
    public TargetReport report() {
      return point.targets().get(target);
    }
  }

  private record Place(String target, String scenario, List<String> measuredOn) {}

  /** The children of all finished points, in their order. */
  public static List<Entry> of(SweepReport sweep) {
    List<Entry> entries = new ArrayList<>();
    for (Point point : sweep.points()) {
      for (int i = 0; i < point.targets().size(); i++) {
        TargetReport target = point.targets().get(i);
        entries.add(new Entry(point, i, target.rows().getFirst(), child(target), false));
      }
    }
    return entries.stream()
        .map(entry ->
            new Entry(
                entry.point(),
                entry.target(),
                entry.teacher(),
                entry.child(),
                entries.stream().noneMatch(other -> beats(sweep, other, entry))))
        .toList();
  }

  /** The child with the least loss: a repair may not lower it. */
  private static Row child(TargetReport target) {
    Row best = row(target, Kind.CHILD, target.rows().getFirst());
    Row repaired = row(target, Kind.CHILD_AFTER_GKD, best);
    return repaired.measured().loss().mean() < best.measured().loss().mean() ? repaired : best;
  }

  private static Row row(TargetReport target, Kind kind, Row otherwise) {
    return target.rows().stream().filter(row -> row.kind() == kind).findFirst().orElse(otherwise);
  }

  private static boolean beats(SweepReport sweep, Entry other, Entry entry) {
    Row a = other.child();
    Row b = entry.child();
    double lossA = a.measured().loss().mean();
    double lossB = b.measured().loss().mean();
    return place(sweep, other).equals(place(sweep, entry))
        && a.tokensPerSecond() >= b.tokensPerSecond()
        && a.memoryBytes() <= b.memoryBytes()
        && lossA <= lossB
        && (a.tokensPerSecond() > b.tokensPerSecond()
            || a.memoryBytes() < b.memoryBytes()
            || lossA < lossB);
  }

  private static Place place(SweepReport sweep, Entry entry) {
    List<String> measuredOn = new ArrayList<>();
    for (int i = 0; i < sweep.axes().size(); i++) {
      String keys = sweep.axes().get(i).keys();
      if (MEASURED.stream().anyMatch(keys::contains)) {
        measuredOn.add(entry.point().values().get(i));
      }
    }
    String scenario = BATCH.matcher(entry.report().scenario()).replaceFirst("");
    return new Place(entry.report().target(), scenario, measuredOn);
  }
}
