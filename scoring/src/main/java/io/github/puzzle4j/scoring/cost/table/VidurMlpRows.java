package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;

/**
 * Vidur's {@code mlp.csv}: the matrix products of one layer by number of tokens. Heads and widths
 * are those of the whole model; times are per worker. Norms and activations are skipped, since they
 * were measured in PyTorch rather than a serving engine.
 */
final class VidurMlpRows implements RowReader {

  private static final int MAX = 1 << 24;

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    int workers = row.whole("num_tensor_parallel_workers", 1, 1 << 16);
    int heads = row.whole("n_head", workers, MAX);
    int kvHeads = row.whole("n_kv_head", 1, MAX);
    int hidden = row.whole("n_embd", heads, MAX);
    int channels = row.whole("n_expanded_embd", workers, MAX);
    int tokens = row.whole("num_tokens", 1, 1 << 30);
    int width = hidden / heads;
    int fused = row.flag("use_gated_mlp") ? 2 : 1;
    int keys = Math.ceilDiv(kvHeads, workers);
    int queries = heads / workers;
    product(row, sink, "attn_pre_proj", tokens, (long) (queries + 2 * keys) * width, hidden);
    product(row, sink, "attn_post_proj", tokens, hidden, (long) queries * width);
    product(row, sink, "mlp_up_proj", tokens, (long) fused * channels / workers, hidden);
    product(row, sink, "mlp_down_proj", tokens, hidden, (long) channels / workers);
  }

  private static void product(
      TableRow row, Sink sink, String name, long tokens, long outputs, long inputs)
      throws InvalidInputException {
    sink.measured(
        row,
        new KernelCall.Gemm(MatrixType.BF16, tokens, outputs, inputs),
        row.seconds("time_stats." + name + ".median"),
        name,
        "bfloat16",
        "vidur");
  }
}
