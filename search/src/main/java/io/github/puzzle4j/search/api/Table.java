package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.query.RunDatabase;
import io.github.puzzle4j.search.report.SolverText;
import io.github.puzzle4j.search.report.TextTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows of results. Prints itself with aligned columns; {@link #rows} has all digits.
 *
 * @param columns their names
 * @param rows cells: text, numbers and truths; an empty text where there is none
 */
public record Table(List<String> columns, List<List<Object>> rows) {

  private static final int MOST_LINES = 200;
  private static final String NOTHING = "";
  private static final double LEAST_GROUPED = 1e4;
  private static final double MOST_GROUPED = 1e15;

  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException("row=%s has not the columns %s".formatted(row, columns));
      }
    }
  }

  /** A table without rows. */
  static Table of(String... columns) {
    return new Table(List.of(columns), List.of());
  }

  /** The answer to a query. */
  static Table of(RunDatabase.Answer answer) {
    return new Table(
        answer.columns(),
        answer.rows().stream()
            .map(
                row -> row.stream().map(cell -> Objects.requireNonNullElse(cell, NOTHING)).toList())
            .toList());
  }

  /** With another row. */
  Table with(Object... cells) {
    List<List<Object>> more = new ArrayList<>(rows);
    more.add(Arrays.asList(cells));
    return new Table(columns, more);
  }

  /**
   * The cells of a column.
   *
   * @throws InvalidInputException if there is none of this name
   */
  public List<Object> column(String name) throws InvalidInputException {
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new InvalidInputException(
          "no column '%s'; there are: %s".formatted(name, String.join(", ", columns)));
    }
    return rows.stream().map(row -> row.get(index)).toList();
  }

  /**
   * The numbers of a column; NaN for cells without one.
   *
   * @throws InvalidInputException if there is no such column, or no number in it
   */
  public List<Double> numbers(String name) throws InvalidInputException {
    List<Double> numbers = new ArrayList<>();
    for (Object cell : column(name)) {
      numbers.add(cell instanceof Number number ? number.doubleValue() : Double.NaN);
    }
    if (!rows.isEmpty() && numbers.stream().allMatch(number -> number.isNaN())) {
      throw new InvalidInputException("the column '%s' has no numbers".formatted(name));
    }
    return List.copyOf(numbers);
  }

  /**
   * The rows that have this text or number in a column.
   *
   * @throws InvalidInputException if there is no such column
   */
  public Table where(String column, Object value) throws InvalidInputException {
    List<Object> cells = column(column);
    List<List<Object>> kept = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).toString().equals(value.toString())) {
        kept.add(rows.get(i));
      }
    }
    return new Table(columns, kept);
  }

  /**
   * Points of two columns.
   *
   * @throws InvalidInputException if there is no such column, or no number in it
   */
  public Plot plot(String x, String y) throws InvalidInputException {
    return new Plot("%s over %s".formatted(y, x), x, y, List.of())
        .points(y, numbers(x), numbers(y));
  }

  /** As comma-separated values with all digits (RFC 4180). */
  public String csv() {
    StringBuilder text = new StringBuilder();
    List<List<Object>> lines = new ArrayList<>(List.of(List.copyOf(columns)));
    lines.addAll(rows);
    for (List<Object> line : lines) {
      text.append(line.stream().map(Table::quoted).collect(Collectors.joining(","))).append("\r\n");
    }
    return text.toString();
  }

  private static String quoted(Object cell) {
    String text = cell.toString();
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    TextTable table = new TextTable(columns, texts());
    rows.stream()
        .limit(MOST_LINES)
        .forEach(row -> table.add(row.stream().map(Table::shown).toList()));
    int more = rows.size() - MOST_LINES;
    return more > 0 ? "%s%n%d further rows".formatted(table, more) : table.toString();
  }

  /** Columns with other cells than numbers. */
  private Set<Integer> texts() {
    return IntStream.range(0, columns.size())
        .filter(column ->
            rows.stream()
                .map(row -> row.get(column))
                .anyMatch(cell -> !(cell instanceof Number || cell.equals(NOTHING))))
        .boxed()
        .collect(Collectors.toSet());
  }

  private static String shown(Object cell) {
    return switch (cell) {
      case Double number -> rounded(number);
      case Integer number -> String.format(Locale.ROOT, "%,d", number);
      case Long number -> String.format(Locale.ROOT, "%,d", number);
      default -> cell.toString();
    };
  }

  /** Six digits, and those of thousands in groups. */
  static String rounded(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    return Math.abs(number) >= LEAST_GROUPED && Math.abs(number) < MOST_GROUPED
        ? String.format(Locale.ROOT, "%,.0f", number)
        : SolverText.number(number);
  }
}
