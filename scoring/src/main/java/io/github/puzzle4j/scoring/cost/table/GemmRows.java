package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import java.util.Optional;

/** Rows of matrix products. */
final class GemmRows implements RowReader {

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    String dtype = row.text("gemm_dtype");
    int rows = row.whole("m", 1, Integer.MAX_VALUE);
    int outputs = row.whole("n", 1, Integer.MAX_VALUE);
    int inputs = row.whole("k", 1, Integer.MAX_VALUE);
    double seconds = row.seconds("latency");
    Optional<MatrixType> type = Dtypes.matrix(dtype);
    if (type.isEmpty()) {
      sink.skipped("gemm_dtype %s is not described".formatted(dtype));
      return;
    }
    sink.measured(
        row,
        new KernelCall.Gemm(type.get(), rows, outputs, inputs),
        seconds,
        "gemm",
        dtype,
        row.textOrEmpty("kernel_source"));
  }
}
