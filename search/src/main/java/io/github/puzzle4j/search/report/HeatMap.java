package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.ReportData.DistilledVariant;
import io.github.puzzle4j.search.report.ReportData.VariantScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A table of layers by variants in which larger numbers have stronger colours. */
final class HeatMap {

  private static final int DARK = 60;

  private record Cell(double value, String tooltip) {}

  private final Map<String, Map<Integer, Cell>> rows = new LinkedHashMap<>();

  private HeatMap() {}

  static String ofScores(List<VariantScore> scores, ScoringReport scoring) {
    HeatMap map = new HeatMap();
    for (VariantScore score : scores) {
      map.put(
          score.layer(),
          score.variant(),
          score.score().mean(),
          Numbers.estimate(score.score()) + " " + scoring.unit());
    }
    return map.draw(
        "Scores: increase of %s with one block replaced, %s per token"
            .formatted(scoring.minimised(), scoring.unit()));
  }

  static String ofDistillation(List<DistilledVariant> variants) {
    HeatMap map = new HeatMap();
    for (DistilledVariant variant : variants) {
      map.put(
          variant.layer(),
          variant.variant(),
          variant.lossAfter(),
          "%s before, %s after"
              .formatted(
                  Numbers.significant(variant.lossBefore()),
                  Numbers.significant(variant.lossAfter())));
    }
    return map.draw("Distance from the teacher's block after distillation, normalised MSE");
  }

  private void put(int layer, String variant, double value, String tooltip) {
    rows.computeIfAbsent(variant, name -> new LinkedHashMap<>())
        .put(layer, new Cell(value, "layer %d, %s: %s".formatted(layer, variant, tooltip)));
  }

  private String draw(String caption) {
    TreeSet<Integer> layers = new TreeSet<>();
    List<Double> positive = new ArrayList<>();
    for (Map<Integer, Cell> row : rows.values()) {
      layers.addAll(row.keySet());
      row.values().stream().map(Cell::value).filter(value -> value > 0).forEach(positive::add);
    }
    double least = positive.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    double most = positive.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    Markup table = new Markup().open("table", "class", "heat");
    table.element("caption", caption).open("thead").open("tr");
    table.element("th", "variant", "scope", "col");
    layers.forEach(layer -> table.element("th", "L" + layer, "scope", "col"));
    table.close("tr").close("thead").open("tbody");
    rows.forEach((variant, cells) -> {
      table.open("tr").element("th", variant, "scope", "row");
      for (int layer : layers) {
        Cell cell = cells.get(layer);
        if (cell == null) {
          table.element("td", "");
        } else {
          cell(table, cell, least, most);
        }
      }
      table.close("tr");
    });
    return table.close("tbody").close("table").toString();
  }

  private static void cell(Markup table, Cell cell, double least, double most) {
    double share =
        cell.value() <= 0 || most == least
            ? 0
            : Math.log(cell.value() / least) / Math.log(most / least);
    long percent = Math.round(100 * share);
    table.element(
        "td",
        Numbers.significant(cell.value()),
        "style",
        "--heat:%d%%".formatted(percent),
        "class",
        percent > DARK ? "dark" : "pale",
        "title",
        cell.tooltip());
  }
}
