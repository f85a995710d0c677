package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.TargetReport.FrontierPoint;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import io.github.puzzle4j.search.report.TargetReport.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The two charts of a target, as SVG that follows the colours and width of the page. */
final class Plot {

  private static final double WIDTH = 440;
  private static final double HEIGHT = 320;
  private static final double LEFT = 58;
  private static final double RIGHT = 14;
  private static final double TOP = 14;
  private static final double BOTTOM = 48;
  private static final double RADIUS = 5.5;

  private final Markup svg = new Markup();
  private final Axis x;
  private final Axis y;

  private Plot(Axis x, Axis y, String title, String description) {
    this.x = x;
    this.y = y;
    svg.open("svg", "viewBox", "0 0 440 320", "role", "img", "class", "plot", "aria-label", title);
    svg.element("title", title).element("desc", description);
  }

  /** Class of a kind's colour in the style sheet. */
  static String colour(Kind kind) {
    return "k-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Throughput against divergence, predicted and measured. */
  static String tradeOff(TargetReport target, ScoringReport scoring) {
    List<Row> models = models(target);
    double teacher = target.rows().getFirst().tokensPerSecond();
    List<Double> throughputs =
        Stream.concat(
                Stream.concat(Stream.of(teacher), models.stream().map(Row::tokensPerSecond)),
                target.frontier().stream().map(FrontierPoint::tokensPerSecond))
            .toList();
    List<Double> divergences =
        Stream.concat(
                models.stream().map(row -> row.measured().loss().mean()),
                target.frontier().stream().map(FrontierPoint::predicted))
            .toList();
    Plot plot =
        new Plot(
            Axis.around(throughputs, LEFT, WIDTH - RIGHT),
            Axis.fromZero(divergences, HEIGHT - BOTTOM, TOP),
            "Trade-off on " + target.target(),
            "Predicted tokens per second against %s above the teacher's. The line joins the best"
                    .formatted(scoring.minimised())
                + " choices by the sum of their scores; points are measured.");
    plot.axes(
        "predicted tokens/s per GPU",
        "%s to the teacher (%s)".formatted(scoring.minimised(), scoring.unit()));
    plot.verticalLine(teacher, "teacher");
    plot.line(target.frontier());
    models.forEach(row -> plot.point(row, row.tokensPerSecond()));
    return plot.end();
  }

  /** The sum of scores against the measured divergence. */
  static String predictedAgainstMeasured(TargetReport target, ScoringReport scoring) {
    List<Row> models =
        models(target).stream()
            .filter(row -> row.kind() == Kind.CHILD_ASSEMBLED || !row.repeats())
            .toList();
    List<Double> all = new ArrayList<>();
    for (Row row : models) {
      all.add(row.predicted());
      all.add(row.measured().loss().mean());
    }
    Plot plot =
        new Plot(
            Axis.fromZero(all, LEFT, WIDTH - RIGHT),
            Axis.fromZero(all, HEIGHT - BOTTOM, TOP),
            "Predicted against measured quality on " + target.target(),
            "Sum of the scores of a model's blocks against its measured %s. On the dashed line the"
                    .formatted(scoring.minimised())
                + " two agree.");
    plot.axes(
        "predicted %s: sum of scores (%s)".formatted(scoring.minimised(), scoring.unit()),
        "measured %s (%s)".formatted(scoring.minimised(), scoring.unit()));
    plot.diagonal();
    models.forEach(row -> plot.point(row, row.predicted()));
    return plot.end();
  }

  private static List<Row> models(TargetReport target) {
    return target.rows().stream().filter(row -> row.kind() != Kind.TEACHER).toList();
  }

  private void axes(String xTitle, String yTitle) {
    double bottom = HEIGHT - BOTTOM;
    for (double tick : y.ticks()) {
      svg.empty(
          "line",
          "x1",
          LEFT,
          "x2",
          WIDTH - RIGHT,
          "y1",
          y.at(tick),
          "y2",
          y.at(tick),
          "class",
          "grid");
      svg.element(
          "text", Axis.label(tick), "x", LEFT - 7, "y", y.at(tick) + 4, "class", "tick end");
    }
    for (double tick : x.ticks()) {
      svg.empty(
          "line",
          "x1",
          x.at(tick),
          "x2",
          x.at(tick),
          "y1",
          bottom,
          "y2",
          bottom + 4,
          "class",
          "axis");
      svg.element(
          "text", Axis.label(tick), "x", x.at(tick), "y", bottom + 18, "class", "tick middle");
    }
    svg.empty("line", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", bottom, "y2", bottom, "class", "axis");
    svg.element(
        "text", xTitle, "x", (LEFT + WIDTH - RIGHT) / 2, "y", HEIGHT - 8, "class", "label middle");
    svg.element(
        "text",
        yTitle,
        "transform",
        "translate(13 %s) rotate(-90)".formatted(Markup.coordinate((TOP + bottom) / 2)),
        "class",
        "label middle");
  }

  private void verticalLine(double value, String label) {
    svg.empty(
        "line",
        "x1",
        x.at(value),
        "x2",
        x.at(value),
        "y1",
        TOP,
        "y2",
        HEIGHT - BOTTOM,
        "class",
        "guide");
    boolean atRight = x.at(value) > WIDTH / 2;
    svg.element(
        "text",
        label,
        "x",
        x.at(value) + (atRight ? -6 : 6),
        "y",
        TOP + 11,
        "class",
        atRight ? "tick end" : "tick");
  }

  private void diagonal() {
    double from = Math.max(x.least(), y.least());
    double to = Math.min(x.most(), y.most());
    svg.empty(
        "line",
        "x1",
        x.at(from),
        "y1",
        y.at(from),
        "x2",
        x.at(to),
        "y2",
        y.at(to),
        "class",
        "guide");
  }

  private void line(List<FrontierPoint> points) {
    if (points.size() > 1) {
      StringBuilder path = new StringBuilder();
      for (FrontierPoint point : points) {
        path.append(path.isEmpty() ? "M" : "L")
            .append(Markup.coordinate(x.at(point.tokensPerSecond())))
            .append(' ')
            .append(Markup.coordinate(y.at(point.predicted())));
      }
      svg.empty("path", "d", path, "class", "frontier");
    }
    for (FrontierPoint point : points) {
      svg.open(
          "circle",
          "cx",
          x.at(point.tokensPerSecond()),
          "cy",
          y.at(point.predicted()),
          "r",
          2.5,
          "class",
          "frontier-point");
      svg.element(
              "title",
              "best choice: %s tokens/s, sum of scores %s"
                  .formatted(
                      Numbers.grouped(point.tokensPerSecond()),
                      Numbers.significant(point.predicted())))
          .close("circle");
    }
  }

  /** A measured model, with an error bar of two standard errors. */
  private void point(Row row, double xValue) {
    Estimate loss = row.measured().loss();
    double margin = 2 * loss.standardError();
    svg.open("g", "class", colour(row.kind()));
    svg.empty(
        "line",
        "x1",
        x.at(xValue),
        "x2",
        x.at(xValue),
        "y1",
        y.at(loss.mean() - margin),
        "y2",
        y.at(loss.mean() + margin),
        "class",
        "error");
    svg.open("circle", "cx", x.at(xValue), "cy", y.at(loss.mean()), "r", RADIUS, "class", "point");
    svg.element(
        "title",
        "%s: %s tokens/s, sum of scores %s, measured %s"
            .formatted(
                row.label(),
                Numbers.grouped(row.tokensPerSecond()),
                Numbers.significant(row.predicted()),
                Numbers.estimate(loss)));
    svg.close("circle").close("g");
  }

  private String end() {
    return svg.close("svg").toString();
  }
}
