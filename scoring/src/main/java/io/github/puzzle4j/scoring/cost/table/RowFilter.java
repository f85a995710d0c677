package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A filter for the rows of a table.
 *
 * @param expression SQL condition on the table's columns, for example {@code m <= 256 and n >=
 *     1024}: comparisons, arithmetic, {@code and}, {@code or}, {@code not}, {@code in}, {@code
 *     between}, {@code like}, but no functions or queries; empty accepts all rows
 */
public record RowFilter(String expression) {

  /** Accepts all rows. */
  public static final RowFilter ALL = new RowFilter("");

  private static final Set<String> CLASSES =
      Set.of(
          "COMPARISON",
          "CONJUNCTION",
          "CONSTANT",
          "COLUMN_REF",
          "OPERATOR",
          "BETWEEN",
          "CAST",
          "FUNCTION");

  private static final String ONE_CONDITION =
      "must be one condition on columns, such as \"m <= 256 and n >= 1024\"";

  /** Keys of a query that consists of a single expression; there is no table, order or grouping. */
  private static final Set<String> PARTS =
      Set.of("type", "cte_map", "select_list", "from_table", "aggregate_handling");

  boolean isEmpty() {
    return expression.isBlank();
  }

  /**
   * Parses the expression with the database, and rejects anything that is not a simple condition.
   *
   * @throws InvalidInputException with the reason
   */
  void check(Connection connection) throws SQLException, InvalidInputException {
    JsonNode parsed = parsed(connection);
    if (parsed.path("error").asBoolean()) {
      throw wrong(
          parsed.path("error_type").asString("").equals("parser")
              ? parsed.path("error_message").asString("cannot be parsed")
              : ONE_CONDITION);
    }
    JsonNode node = parsed.path("statements").path(0).path("node");
    boolean plain =
        parsed.path("statements").size() == 1
            && node.path("type").asString("").equals("SELECT_NODE")
            && node.path("cte_map").isEmpty()
            && node.path("from_table").path("type").asString("").equals("EMPTY")
            && node.path("select_list").size() == 1
            && PARTS.containsAll(node.propertyNames());
    if (!plain) {
      throw wrong(ONE_CONDITION);
    }
    checkExpression(node.path("select_list").path(0));
  }

  private JsonNode parsed(Connection connection) throws SQLException {
    try (PreparedStatement parse =
        connection.prepareStatement(
            "SELECT json_serialize_sql(?, skip_empty => true, skip_null => true)")) {
      parse.setString(1, "SELECT " + expression);
      try (ResultSet result = parse.executeQuery()) {
        result.next();
        return Json.mapper().readTree(result.getString(1));
      }
    }
  }

  private void checkExpression(JsonNode node) throws InvalidInputException {
    if (node.isObject() && node.has("class")) {
      String kind = node.path("class").asString("");
      boolean function = kind.equals("FUNCTION");
      if (!CLASSES.contains(kind) || (function && !node.path("is_operator").asBoolean())) {
        throw wrong(
            function
                ? "function %s is not allowed".formatted(node.path("function_name").asString("?"))
                : "only conditions on columns are allowed, not a " + kind.toLowerCase(Locale.ROOT));
      }
    }
    for (JsonNode child : node) {
      checkExpression(child);
    }
  }

  private InvalidInputException wrong(String why) {
    return new InvalidInputException("condition '%s': %s".formatted(expression, why));
  }
}
