package io.github.puzzle4j.solver.exact;

import java.util.Arrays;

/**
 * Counts labels with identical use of every row and no higher cost, in an open-addressing hash
 * table of their indices.
 */
final class EqualUseCounter {

  private static final int EMPTY = -1;

  private final long[] cost;
  private final long[][] use;
  private final int[] table;
  private final int[] count;
  private final long[] maxCost;
  private final long slack;

  /**
   * @param slack by how much less earlier labels must cost; if it is above 0, only the first with
   *     the same use is compared
   */
  EqualUseCounter(long[] cost, long[][] use, int labels, long slack) {
    this.cost = cost;
    this.use = use;
    this.slack = slack;
    this.table = new int[Integer.highestOneBit(Math.max(1, labels)) * 4];
    this.count = new int[table.length];
    this.maxCost = new long[table.length];
    Arrays.fill(table, EMPTY);
  }

  /**
   * Number of earlier labels with the same use at no more cost, capped at the limit; 0 if one of
   * them costs more, which the order of detours does not exclude.
   */
  int countEarlier(int label, int limit) {
    int place = hash(label) & table.length - 1;
    while (table[place] != EMPTY && !same(table[place], label)) {
      place = place + 1 & table.length - 1;
    }
    if (table[place] == EMPTY) {
      table[place] = label;
    }
    int earlier = count[place];
    boolean noCheaper = earlier == 0 || cost[label] - slack >= maxCost[place];
    count[place] = Math.min(limit, earlier + 1);
    maxCost[place] = earlier == 0 || (noCheaper && slack == 0) ? cost[label] : maxCost[place];
    return noCheaper ? earlier : 0;
  }

  private boolean same(int one, int other) {
    for (long[] row : use) {
      if (row[one] != row[other]) {
        return false;
      }
    }
    return true;
  }

  private int hash(int label) {
    long hash = 0;
    for (long[] row : use) {
      hash = (hash ^ row[label]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }
}
