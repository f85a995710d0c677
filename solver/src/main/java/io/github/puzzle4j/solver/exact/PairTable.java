package io.github.puzzle4j.solver.exact;

import java.util.Arrays;

/**
 * What any two items add to the objective together, of which one covers the earlier and one the
 * later of two layers. Entries of items that exclude each other are {@link #IMPOSSIBLE}.
 */
final class PairTable {

  static final long IMPOSSIBLE = Long.MAX_VALUE / 4;

  private static final long POSSIBLE = IMPOSSIBLE / 2;

  private final int earlier;
  private final int later;
  private final int[] rows;
  private final int[] columns;
  private final long[][] entries;

  /**
   * @param earlier the first of the two layers
   * @param later the other one
   * @param rows items that cover the earlier layer
   * @param columns items that cover the later layer
   * @param entries by row and column; the table may change them
   */
  PairTable(int earlier, int later, int[] rows, int[] columns, long[][] entries) {
    this.earlier = earlier;
    this.later = later;
    this.rows = rows;
    this.columns = columns;
    this.entries = entries;
  }

  int earlier() {
    return earlier;
  }

  int later() {
    return later;
  }

  int[] rows() {
    return rows;
  }

  int[] columns() {
    return columns;
  }

  long[][] entries() {
    return entries;
  }

  /** A table with entries of its own. */
  PairTable copy() {
    long[][] own = Arrays.stream(entries).map(long[]::clone).toArray(long[][]::new);
    return new PairTable(earlier, later, rows, columns, own);
  }

  /** The layer that is not the given one. */
  int opposite(int layer) {
    return layer == earlier ? later : earlier;
  }

  /** Items that cover one of the two layers. */
  int[] items(int layer) {
    return layer == earlier ? rows : columns;
  }

  /** Takes the smallest entry of each item of a layer out of the table, and returns them. */
  long[] pulled(int layer) {
    long[] least = new long[items(layer).length];
    Arrays.fill(least, IMPOSSIBLE);
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        int place = layer == earlier ? row : column;
        least[place] = Math.min(least[place], entries[row][column]);
      }
    }
    add(layer, least, -1);
    return least;
  }

  /** Adds a value to all entries of each item of a layer. */
  void add(int layer, long[] values, int sign) {
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        if (entries[row][column] < POSSIBLE) {
          entries[row][column] += sign * values[layer == earlier ? row : column];
        }
      }
    }
  }

  /** Whether the table says nothing. */
  boolean isEmpty() {
    for (long[] row : entries) {
      for (long entry : row) {
        if (entry != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The table of some of the items.
   *
   * @param places by item, its new number; -1 for those that are left out
   */
  PairTable keep(int[] places) {
    int[] keptRows = kept(rows, places);
    int[] keptColumns = kept(columns, places);
    long[][] left = new long[keptRows.length][keptColumns.length];
    for (int row = 0; row < keptRows.length; row++) {
      for (int column = 0; column < keptColumns.length; column++) {
        left[row][column] = entries[keptRows[row]][keptColumns[column]];
      }
    }
    return new PairTable(
        earlier,
        later,
        renumbered(rows, keptRows, places),
        renumbered(columns, keptColumns, places),
        left);
  }

  private static int[] kept(int[] items, int[] places) {
    int[] kept = new int[items.length];
    int count = 0;
    for (int place = 0; place < items.length; place++) {
      if (places[items[place]] >= 0) {
        kept[count++] = place;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static int[] renumbered(int[] items, int[] kept, int[] places) {
    int[] numbers = new int[kept.length];
    Arrays.setAll(numbers, index -> places[items[kept[index]]]);
    return numbers;
  }
}
