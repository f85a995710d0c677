package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the rows of a table according to its kind. */
final class TableRows {

  private final TableDatabase database;
  private final RowFilter filter;
  private final RowReader reader;
  private final Map<String, Integer> columns;

  private TableRows(
      TableDatabase database, RowFilter filter, RowReader reader, Map<String, Integer> columns) {
    this.database = database;
    this.filter = filter;
    this.reader = reader;
    this.columns = columns;
  }

  static TableRows of(TableDatabase database, RowFilter filter) throws InvalidInputException {
    Map<String, Integer> columns = new HashMap<>();
    for (int place = 0; place < database.columns().size(); place++) {
      columns.put(database.columns().get(place), place);
    }
    TableKind kind = TableKind.of(database.file(), columns.keySet());
    return new TableRows(database, filter, kind.reader(), columns);
  }

  void addTo(List<MeasuredCall> calls, Map<String, Integer> skipped) throws IOException {
    RowReader.Sink sink =
        new RowReader.Sink() {
          @Override
          public void measured(
              TableRow row,
              KernelCall call,
              double seconds,
              String operation,
              String dtype,
              String kernelSource) {
            calls.add(
                new MeasuredCall(
                    call, seconds, operation, dtype, kernelSource, row.file(), row.rowNumber()));
          }

          @Override
          public void skipped(String reason) {
            skipped.merge(reason, 1, Integer::sum);
          }
        };
    database.forEach(
        filter,
        (number, cells) ->
            reader.read(new TableRow(database.file(), number, columns, cells), sink));
  }
}
