package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.Locale;

/** Rows of all-reduce tables; {@code message_size} is the number of elements of two bytes. */
final class AllReduceRows implements RowReader {

  private static final double BYTES = 2;

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    String dtype = row.text("allreduce_dtype");
    int gpus = row.whole("num_gpus", 1, 1 << 16);
    int elements = row.whole("message_size", 1, Integer.MAX_VALUE);
    double seconds = row.seconds("latency");
    String source = row.textOrEmpty("kernel_source");
    String how =
        source + " " + row.textOrEmpty("backend") + " " + row.textOrEmpty("implementation");
    if (how.toLowerCase(Locale.ROOT).contains("eager")) {
      sink.skipped("all-reduce launched eagerly: serving replays graphs");
      return;
    }
    if (!dtype.equals("bfloat16") && !dtype.equals("float16") && !dtype.equals("half")) {
      sink.skipped("allreduce_dtype %s is not described".formatted(dtype));
      return;
    }
    sink.measured(
        row,
        new KernelCall.AllReduce(gpus, BYTES * elements),
        seconds,
        "all_reduce",
        dtype,
        source);
  }
}
