package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.List;
import java.util.Map;

/** Interprets the rows of one kind of table. */
@FunctionalInterface
interface RowReader {

  /** Passes the measurement of a row to the sink, or the reason for skipping the row. */
  void read(TableRow row, Sink sink) throws InvalidInputException;

  /**
   * Collects the results.
   *
   * @param skipped number of rows by reason
   */
  record Sink(List<MeasuredCall> calls, Map<String, Integer> skipped) {

    void measured(
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

    void skipped(String reason) {
      skipped.merge(reason, 1, Integer::sum);
    }
  }
}
