package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measured kernel times from one or several files.
 *
 * @param calls the measurements, in the order of files and rows
 * @param skipped number of rows that are irrelevant for serving, by reason
 */
public record KernelTable(List<MeasuredCall> calls, Map<String, Integer> skipped) {

  public KernelTable {
    calls = List.copyOf(calls);
    skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
  }

  /**
   * Reads tables in CSV (optionally gzip) or Parquet; a folder stands for the tables in it.
   *
   * @throws InvalidInputException if a file is not a kernel table, or has an implausible cell; the
   *     message names file, row and column
   */
  public static KernelTable read(List<Path> files) throws IOException {
    return read(files, RowFilter.ALL);
  }

  /** Reads the rows that a filter accepts; see {@link #read(List)}. */
  public static KernelTable read(List<Path> files, RowFilter filter) throws IOException {
    RowReader.Sink sink = new RowReader.Sink(new ArrayList<>(), new TreeMap<>());
    for (Path file : TableFiles.in(files)) {
      try (TableDatabase database = TableDatabase.load(file)) {
        read(database, filter, sink);
      }
    }
    return new KernelTable(sink.calls(), sink.skipped());
  }

  private static void read(TableDatabase database, RowFilter filter, RowReader.Sink sink)
      throws IOException {
    Map<String, Integer> columns = new HashMap<>();
    for (String column : database.columns()) {
      columns.put(column, columns.size());
    }
    RowReader reader = TableKind.of(database.file(), columns.keySet()).reader();
    database.forEach(
        filter,
        (number, cells) ->
            reader.read(new TableRow(database.file(), number, columns, cells), sink));
  }
}
