package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/** Interprets the rows of one kind of table. */
@FunctionalInterface
interface RowReader {

  /** Passes the measurement of a row to the sink, or the reason for skipping the row. */
  void read(TableRow row, Sink sink) throws InvalidInputException;

  /** Receives the results. */
  interface Sink {

    void measured(
        TableRow row,
        KernelCall call,
        double seconds,
        String operation,
        String dtype,
        String kernelSource);

    void skipped(String reason);
  }
}
