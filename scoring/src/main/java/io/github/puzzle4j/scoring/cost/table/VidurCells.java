package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;

/** Parses cells as written by Vidur's Python code. */
final class VidurCells {

  private VidurCells() {}

  static boolean flag(TableRow row, String column) throws InvalidInputException {
    return switch (row.text(column)) {
      case "True", "true" -> true;
      case "False", "false" -> false;
      default -> throw row.wrong(column, "must be True or False");
    };
  }
}
