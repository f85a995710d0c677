package io.github.puzzle4j.search.page;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.rows.RunTable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rows of a run for the page: by column, each text once. Points of a sweep that have the same
 * rows of a table share them.
 */
public final class PageRun implements RunTable.Sink {

  /** More digits than can be seen. */
  private static final MathContext DIGITS = new MathContext(6);

  private static final String POINT = "point";

  private final String name;
  private final Map<RunTable, Map<String, List<List<Object>>>> tables =
      new EnumMap<>(RunTable.class);

  /** A run without rows so far. */
  public PageRun(String name) {
    this.name = name;
  }

  @Override
  public void add(RunTable table, Object... cells) {
    if (!table.columns().getFirst().name().equals(POINT)) {
      throw new IllegalArgumentException("table=%s is not of points".formatted(table.id()));
    }
    tables
        .computeIfAbsent(table, key -> new LinkedHashMap<>())
        .computeIfAbsent(cells[0].toString(), key -> new ArrayList<>())
        .add(List.of(cells).subList(1, cells.length));
  }

  /** All tables but some, as JSON. */
  ObjectNode json(Set<RunTable> without) {
    ObjectNode run = Json.mapper().createObjectNode();
    run.put("name", name);
    ObjectNode nodes = run.putObject("tables");
    tables.forEach((table, points) -> {
      if (!without.contains(table)) {
        table(nodes.putObject(table.id()), table, points);
      }
    });
    return run;
  }

  private static void table(
      ObjectNode node, RunTable table, Map<String, List<List<Object>>> points) {
    List<RunTable.Column> columns = table.columns().subList(1, table.columns().size());
    columns.forEach(column -> node.withArray("columns").add(column.name()));
    ObjectNode parts = node.putObject("points");
    Map<List<List<Object>>, String> seen = new HashMap<>();
    points.forEach((point, rows) -> {
      String same = seen.putIfAbsent(rows, point);
      if (same == null) {
        part(parts.putArray(point), columns.size(), rows);
      } else {
        parts.put(point, same);
      }
    });
  }

  private static void part(ArrayNode columns, int count, List<List<Object>> rows) {
    for (int i = 0; i < count; i++) {
      int at = i;
      List<Object> cells = rows.stream().map(row -> row.get(at)).toList();
      if (cells.getFirst() instanceof String) {
        texts(columns.addObject(), cells);
      } else {
        ArrayNode numbers = columns.addArray();
        cells.forEach(cell -> number(numbers, cell));
      }
    }
  }

  private static void texts(ObjectNode column, List<Object> cells) {
    Map<Object, Integer> places = new LinkedHashMap<>();
    ArrayNode at = column.putArray("at");
    cells.forEach(cell -> at.add(places.computeIfAbsent(cell, key -> places.size()).intValue()));
    ArrayNode texts = column.putArray("texts");
    places.keySet().forEach(text -> texts.add(text.toString()));
  }

  private static void number(ArrayNode numbers, Object cell) {
    switch (cell) {
      case Boolean truth -> numbers.add(truth.booleanValue());
      case Integer whole -> numbers.add(whole.intValue());
      case Long whole -> numbers.add(whole.longValue());
      case Double number when Double.isFinite(number) ->
          numbers.add(BigDecimal.valueOf(number).round(DIGITS).doubleValue());
      default -> numbers.addNull();
    }
  }
}
