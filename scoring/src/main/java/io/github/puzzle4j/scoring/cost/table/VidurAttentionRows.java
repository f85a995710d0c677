package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;

/**
 * Vidur's {@code attention.csv}: a prompt or a chunk of it, or a batch of single tokens over caches
 * of equal length. Heads are those of the whole model, split among the workers.
 */
final class VidurAttentionRows implements RowReader {

  private static final int MAX = 1 << 24;
  private static final String DTYPE = "bfloat16";

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    int workers = row.whole("num_tensor_parallel_workers", 1, 1 << 16);
    int heads = row.whole("n_q_head", workers, MAX);
    int kvHeads = row.whole("n_kv_head", 1, MAX);
    int width = row.whole("n_embd", heads, MAX) / heads;
    int cached = row.whole("kv_cache_size", 0, 1 << 30);
    int batch = row.whole("batch_size", 1, 1 << 30);
    boolean prefill = row.flag("is_prefill");
    int ownHeads = heads / workers;
    int ownKvHeads = Math.ceilDiv(kvHeads, workers);
    if (ownHeads % ownKvHeads != 0 || width % 2 != 0) {
      sink.skipped("query heads that are not a multiple of the KV heads, or an odd head width");
      return;
    }
    AttentionShape shape = new AttentionShape(ownHeads, ownKvHeads, width);
    if (!prefill) {
      KernelCall call =
          new KernelCall.DecodeAttention(
              shape, batch, cached + 1.0, KernelCall.FULL, NumberFormat.BF16);
      double seconds = row.seconds("time_stats.attn_decode.median");
      sink.measured(row, call, seconds, "attn_decode", DTYPE, "vidur");
    } else if (cached > 0) {
      sink.skipped("prompts after a cached prefix");
    } else {
      int tokens = row.whole("prefill_chunk_size", 1, 1 << 30);
      KernelCall call =
          new KernelCall.PrefillAttention(shape, batch, tokens, KernelCall.FULL, NumberFormat.BF16);
      double seconds = row.seconds("time_stats.attn_prefill.median");
      sink.measured(row, call, seconds, "attn_prefill", DTYPE, "vidur");
    }
  }
}
