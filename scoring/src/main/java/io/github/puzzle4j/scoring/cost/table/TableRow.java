package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Map;

/** Cells of one row, checked as they are asked for. */
final class TableRow {

  /** An hour: no kernel takes longer. */
  private static final double MOST_MILLISECONDS = 3.6e6;

  private static final int LONGEST_QUOTED = 60;

  private final String file;
  private final long number;
  private final Map<String, Integer> columns;
  private final String[] cells;

  /**
   * A row.
   *
   * @param file for messages
   * @param number the first row below the header is 1
   * @param columns their places
   * @param cells at these places; read, not kept, by whoever gets the row
   */
  TableRow(String file, long number, Map<String, Integer> columns, String[] cells) {
    this.file = file;
    this.number = number;
    this.columns = columns;
    this.cells = cells;
  }

  String file() {
    return file;
  }

  /** In the table; the first below the header is 1. */
  long rowNumber() {
    return number;
  }

  boolean has(String column) {
    return columns.containsKey(column);
  }

  /** Text as it is; empty where the table has no such column. */
  String textOrEmpty(String column) {
    Integer place = columns.get(column);
    return place == null ? "" : cells[place];
  }

  /** Text that is there. */
  String text(String column) throws InvalidInputException {
    String text = textOrEmpty(column);
    if (text.isBlank()) {
      throw wrong(column, "is empty");
    }
    return text;
  }

  /** A whole number between two. */
  int whole(String column, int least, int most) throws InvalidInputException {
    double value = number(column);
    if (!(value >= least && value <= most && value == Math.rint(value))) {
      throw wrong(column, "must be a whole number between %d and %d".formatted(least, most));
    }
    return (int) value;
  }

  /** The same, or another value where the table has no such column. */
  int wholeOr(String column, int missing, int least, int most) throws InvalidInputException {
    return has(column) ? whole(column, least, most) : missing;
  }

  /** A time, from milliseconds. */
  double seconds(String column) throws InvalidInputException {
    double milliseconds = number(column);
    if (!(milliseconds > 0 && milliseconds <= MOST_MILLISECONDS)) {
      throw wrong(column, "must be milliseconds over 0 and at most an hour");
    }
    return milliseconds / 1e3;
  }

  private double number(String column) throws InvalidInputException {
    String text = text(column);
    char last = text.charAt(text.length() - 1);
    // The parser also takes 1d and 0x1p3, which no table means.
    if ((last >= '0' && last <= '9' && text.indexOf('x') < 0) || last == '.') {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException notOne) {
        throw wrong(column, "is not a number");
      }
    }
    throw wrong(column, "is not a number");
  }

  InvalidInputException wrong(String column, String why) {
    String cell = textOrEmpty(column);
    String shown =
        cell.length() <= LONGEST_QUOTED ? cell : cell.substring(0, LONGEST_QUOTED) + "...";
    return new InvalidInputException(
        "%s, row %d, column %s: '%s' %s".formatted(file, number, column, shown, why));
  }
}
