package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.ReportData.DistilledVariant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Losses of each variant before (ring) and after (dot) distillation, mean over the layers. */
final class DistillationChart {

  private static final double WIDTH = 440;
  private static final double LEFT = 112;
  private static final double ROW = 24;
  private static final double TOP = 8;

  private record Change(String variant, double before, double after) {}

  private DistillationChart() {}

  static String of(List<DistilledVariant> variants) {
    List<Change> changes = changes(variants);
    List<Double> values = new ArrayList<>();
    changes.forEach(change -> values.addAll(List.of(change.before(), change.after())));
    Axis axis = Axis.fromZero(values, LEFT, WIDTH - 20);
    double bottom = TOP + changes.size() * ROW;
    Markup svg =
        new Markup()
            .open(
                "svg",
                "viewBox",
                "0 0 %s %s".formatted(Markup.coordinate(WIDTH), Markup.coordinate(bottom + 44)),
                "role",
                "img",
                "class",
                "plot",
                "aria-label",
                "Distillation by variant")
            .element("title", "Distillation by variant")
            .element("desc", "Normalised MSE before and after, mean over the layers.");
    for (double tick : axis.ticks()) {
      svg.empty(
          "line",
          "x1",
          axis.at(tick),
          "x2",
          axis.at(tick),
          "y1",
          TOP,
          "y2",
          bottom,
          "class",
          "grid");
      svg.element(
          "text", Axis.label(tick), "x", axis.at(tick), "y", bottom + 15, "class", "tick middle");
    }
    for (int row = 0; row < changes.size(); row++) {
      draw(svg, changes.get(row), axis, TOP + (row + 0.5) * ROW);
    }
    svg.element(
        "text",
        "normalised MSE, mean over layers: ring before, dot after",
        "x",
        WIDTH / 2,
        "y",
        bottom + 36,
        "class",
        "label middle");
    return svg.close("svg").toString();
  }

  private static void draw(Markup svg, Change change, Axis axis, double y) {
    svg.open("g");
    svg.element(
        "title",
        "%s: %s before, %s after"
            .formatted(
                change.variant(),
                Numbers.significant(change.before()),
                Numbers.significant(change.after())));
    svg.element("text", change.variant(), "x", LEFT - 10, "y", y + 4, "class", "tick end");
    svg.empty(
        "line",
        "x1",
        axis.at(change.before()),
        "x2",
        axis.at(change.after()),
        "y1",
        y,
        "y2",
        y,
        "class",
        "change");
    svg.empty("circle", "cx", axis.at(change.before()), "cy", y, "r", 4.5, "class", "before");
    svg.empty("circle", "cx", axis.at(change.after()), "cy", y, "r", 4.5, "class", "after");
    svg.close("g");
  }

  private static List<Change> changes(List<DistilledVariant> variants) {
    Map<String, List<DistilledVariant>> byVariant =
        variants.stream()
            .collect(
                Collectors.groupingBy(
                    DistilledVariant::variant, LinkedHashMap::new, Collectors.toList()));
    return byVariant.entrySet().stream()
        .map(entry ->
            new Change(
                entry.getKey(),
                mean(entry.getValue(), DistilledVariant::lossBefore),
                mean(entry.getValue(), DistilledVariant::lossAfter)))
        .toList();
  }

  private static double mean(
      List<DistilledVariant> layers, ToDoubleFunction<DistilledVariant> loss) {
    return layers.stream().mapToDouble(loss).average().orElse(0);
  }
}
