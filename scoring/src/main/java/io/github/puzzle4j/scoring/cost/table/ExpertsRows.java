package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import java.util.Optional;

/** Rows of expert layers; {@code inter_size} is that of the whole expert before it is split. */
final class ExpertsRows implements RowReader {

  private static final int MAX = 1 << 24;

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    String dtype = row.text("moe_dtype");
    int tokens = row.whole("num_tokens", 1, 1 << 30);
    int hidden = row.whole("hidden_size", 1, MAX);
    int channels = row.whole("inter_size", 1, MAX);
    int chosen = row.whole("topk", 1, MAX);
    int experts = row.whole("num_experts", 1, MAX);
    int tensorParallel = row.whole("moe_tp_size", 1, MAX);
    int expertParallel = row.whole("moe_ep_size", 1, MAX);
    double seconds = row.seconds("latency");
    String source = row.textOrEmpty("kernel_source");
    Optional<MatrixType> type = Dtypes.matrix(dtype);
    if (type.isEmpty()) {
      sink.skipped("moe_dtype %s is not described".formatted(dtype));
    } else if (source.contains("nongated")) {
      sink.skipped("kernel_source %s: not a gated FFN".formatted(source));
    } else if (chosen > experts || channels % tensorParallel != 0) {
      sink.skipped("experts that cannot be split so");
    } else {
      KernelCall call =
          new KernelCall.Experts(
              type.get(),
              tokens,
              hidden,
              channels / tensorParallel,
              chosen,
              experts,
              expertParallel);
      sink.measured(row, call, seconds, "moe", dtype, source);
    }
  }
}
