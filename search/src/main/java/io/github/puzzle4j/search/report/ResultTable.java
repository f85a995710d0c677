package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.TargetReport.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The rows of a target as cells, for the terminal and the page. */
final class ResultTable {

  private ResultTable() {}

  static List<String> headings(TargetReport target) {
    List<String> headings =
        new ArrayList<>(
            List.of("model", "tokens/s", "speed-up", "memory", "KL (nats)", "LM loss (nats)"));
    headings.addAll(others(target));
    headings.addAll(tasks(target));
    return headings;
  }

  static List<String> cells(TargetReport target, Row row) {
    double teacher = target.rows().getFirst().tokensPerSecond();
    List<String> cells =
        new ArrayList<>(
            List.of(
                row.label(),
                Numbers.grouped(row.tokensPerSecond()),
                Numbers.fixed(row.tokensPerSecond() / teacher, 2) + "x",
                Numbers.bytes(row.memoryBytes()),
                row.kind() == TargetReport.Kind.TEACHER
                    ? "0"
                    : Numbers.estimate(row.measured().kl()),
                Numbers.estimate(row.measured().lmLoss())));
    for (String other : others(target)) {
      cells.add(
          Numbers.estimate(Objects.requireNonNull(row.measured().others().get(other), other)));
    }
    for (String task : tasks(target)) {
      Double accuracy = row.measured().taskAccuracy().get(task);
      cells.add(accuracy == null ? "-" : Numbers.percent(accuracy));
    }
    return cells;
  }

  /** Headings of the sizes, each beside its model. */
  static List<String> sizeHeadings() {
    return List.of(
        "model", "parameters", "weight bytes", "KV bytes/token", "layers with attention");
  }

  /** A row of sizes; a repaired child has those of the child. */
  static List<String> sizeCells(Row row) {
    return List.of(
        row.label(),
        Numbers.grouped((double) row.sizes().parameters()),
        Numbers.grouped((double) row.sizes().weightBytes()),
        Numbers.grouped((double) row.sizes().kvBytesPerToken()),
        Numbers.grouped((double) row.sizes().attentionLayers()));
  }

  private static List<String> others(TargetReport target) {
    return List.copyOf(target.rows().getFirst().measured().others().keySet());
  }

  private static List<String> tasks(TargetReport target) {
    return target.rows().stream()
        .flatMap(row -> row.measured().taskAccuracy().keySet().stream())
        .distinct()
        .toList();
  }
}
