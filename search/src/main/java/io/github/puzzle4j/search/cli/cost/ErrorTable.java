package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.search.cli.frame.Template;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Errors of predictions by operation; they are shares of the measured time. */
final class ErrorTable {

  private ErrorTable() {}

  /** The errors of one operation in one number format, both as the table names them. */
  static ObjectNode row(String operation, String dtype, RelativeErrors errors) {
    ObjectNode row = Json.mapper().createObjectNode();
    put(row.put("operation", operation).put("dtype", dtype), errors);
    return row;
  }

  static void put(ObjectNode row, RelativeErrors errors) {
    row.put("rows", errors.rows())
        .put("median", errors.median())
        .put("mape", errors.mape())
        .put("p90", errors.p90());
  }

  static String of(String heading, JsonNode rows) {
    return Template.table(
        rows,
        heading + "={operation}",
        "dtype={dtype}",
        "rows={rows}",
        "median={median*100:%.1f} %",
        "MAPE={mape*100:%.1f} %",
        "P90={p90*100:%.1f} %");
  }

  /** Skipped rows, by reason; empty if there are none. */
  static Optional<String> skipped(JsonNode answer, String title) {
    StringJoiner lines = new StringJoiner("\n", title + ":\n", "");
    answer
        .get("skipped")
        .forEachEntry(
            (reason, count) -> lines.add("  %d rows: %s".formatted(count.intValue(), reason)));
    return answer.get("skipped").isEmpty() ? Optional.empty() : Optional.of(lines.toString());
  }
}
