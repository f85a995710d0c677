package io.github.puzzle4j.search.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns of text: the first to the left, the others, which are numbers, to the right. */
public final class TextTable {

  private static final String BETWEEN = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  /** An empty table with these headings. */
  public TextTable(List<String> headings) {
    columns = headings.size();
    rows.add(List.copyOf(headings));
  }

  /** An empty table with these headings, separated by bars. */
  public TextTable(String headings) {
    this(List.of(headings.split("\\|", -1)));
  }

  /** Adds a row of the texts of these values. */
  public TextTable row(Object... cells) {
    return add(Arrays.stream(cells).map(Object::toString).toList());
  }

  /** Adds a row, which must have as many cells as there are headings. */
  public TextTable add(List<String> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(
          "%d cells in a table of %d columns".formatted(cells.size(), columns));
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The table, without a line break at its end. */
  @Override
  public String toString() {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, widths)));
    lines.add(1, "-".repeat(lines.stream().mapToInt(TextTable::width).max().orElse(0)));
    return String.join("\n", lines);
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String padding = " ".repeat(widths[column] - width(cell));
      line.append(column == 0 ? cell + padding : BETWEEN + padding + cell);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
