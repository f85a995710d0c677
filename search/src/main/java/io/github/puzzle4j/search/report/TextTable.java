package io.github.puzzle4j.search.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Aligned columns: text to the left, numbers to the right. */
public final class TextTable {

  private static final String BETWEEN = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;
  private final Set<Integer> texts;

  /** An empty table with these headings; all columns but the first are numbers. */
  public TextTable(List<String> headings) {
    this(headings, Set.of(0));
  }

  /** An empty table with these headings, and with these columns of text, counted from 0. */
  public TextTable(List<String> headings, Set<Integer> texts) {
    this.columns = headings.size();
    this.texts = Set.copyOf(texts);
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

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String padding = " ".repeat(widths[column] - width(cell));
      line.append(
          (column == 0 ? "" : BETWEEN)
              + (texts.contains(column) ? cell + padding : padding + cell));
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
