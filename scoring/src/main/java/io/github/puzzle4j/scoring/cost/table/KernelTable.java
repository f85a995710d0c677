package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measured kernel times, of one file or several.
 *
 * @param calls what was measured, in the order of the files and their rows
 * @param skipped rows that say nothing of how models are served, by the reason
 */
public record KernelTable(List<MeasuredCall> calls, Map<String, Integer> skipped) {

  public KernelTable {
    calls = List.copyOf(calls);
    skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
  }

  /**
   * Reads tables in CSV, packed by gzip or not, or Parquet; a folder stands for the tables in it.
   *
   * @throws InvalidInputException if a file is no such table, or has a cell that cannot be
   *     believed: naming file, row and column
   */
  public static KernelTable read(List<Path> files) throws IOException {
    return read(files, RowFilter.ALL);
  }

  /** The same, of the rows that a filter lets pass. */
  public static KernelTable read(List<Path> files, RowFilter filter) throws IOException {
    List<MeasuredCall> calls = new ArrayList<>();
    Map<String, Integer> skipped = new TreeMap<>();
    for (Path file : TableFiles.in(files)) {
      try (TableDatabase database = TableDatabase.load(file)) {
        TableRows.of(database, filter).addTo(calls, skipped);
      }
    }
    return new KernelTable(calls, skipped);
  }
}
