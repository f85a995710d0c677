package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Map;

/** Cells of a row, validated on access. */
final class TableRow {

  /** One hour, far above the duration of any kernel. */
  private static final double MAX_MILLISECONDS = 3.6e6;

  private static final int MAX_QUOTED_LENGTH = 60;

  private final String file;
  private final long number;
  private final Map<String, Integer> columns;
  private final String[] cells;

  /**
   * @param file for error messages
   * @param number of the row, starting at 1 below the header
   * @param columns index by name
   * @param cells by index; must not be kept
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

  /** Number of the row, starting at 1 below the header. */
  long rowNumber() {
    return number;
  }

  boolean has(String column) {
    return columns.containsKey(column);
  }

  /** Unvalidated text; empty if the table has no such column. */
  String textOrEmpty(String column) {
    Integer place = columns.get(column);
    return place == null ? "" : cells[place];
  }

  /** Text that must not be empty. */
  String text(String column) throws InvalidInputException {
    String text = textOrEmpty(column);
    if (text.isBlank()) {
      throw wrong(column, "is empty");
    }
    return text;
  }

  /** A truth value as Python writes it. */
  boolean flag(String column) throws InvalidInputException {
    return switch (text(column)) {
      case "True", "true" -> true;
      case "False", "false" -> false;
      default -> throw wrong(column, "must be True or False");
    };
  }

  /** An integer in a range. */
  int whole(String column, int least, int most) throws InvalidInputException {
    double value = number(column);
    if (!(value >= least && value <= most && value == Math.rint(value))) {
      throw wrong(column, "must be a whole number between %d and %d".formatted(least, most));
    }
    return (int) value;
  }

  /** An integer in a range; a default if the table has no such column. */
  int wholeOr(String column, int missing, int least, int most) throws InvalidInputException {
    return has(column) ? whole(column, least, most) : missing;
  }

  /** A time in seconds, from milliseconds. */
  double seconds(String column) throws InvalidInputException {
    double milliseconds = number(column);
    if (!(milliseconds > 0 && milliseconds <= MAX_MILLISECONDS)) {
      throw wrong(column, "must be milliseconds over 0 and at most an hour");
    }
    return milliseconds / 1e3;
  }

  private double number(String column) throws InvalidInputException {
    String text = text(column);
    char last = text.charAt(text.length() - 1);
    // Double.parseDouble also accepts 1d and 0x1p3.
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
        cell.length() <= MAX_QUOTED_LENGTH ? cell : cell.substring(0, MAX_QUOTED_LENGTH) + "...";
    return new InvalidInputException(
        "%s, row %d, column %s: '%s' %s".formatted(file, number, column, shown, why));
  }
}
