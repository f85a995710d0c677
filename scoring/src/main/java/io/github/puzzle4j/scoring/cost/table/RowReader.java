package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/** What one kind of table says, row by row. */
@FunctionalInterface
interface RowReader {

  /** Gives what the row measured to the sink, or the reason why it counts for nothing. */
  void read(TableRow row, Sink sink) throws InvalidInputException;

  /** Takes what rows say. */
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
