package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.Optional;

/**
 * Rows of attention tables: prompts ({@code context_attention}), and one new token per request
 * ({@code generation_attention}, where {@code step} is the number of cached tokens; the query
 * attends to itself in addition).
 */
final class AttentionRows implements RowReader {

  private static final String PREFILL = "context_attention";
  private static final String DECODE = "generation_attention";
  private static final int MAX_HEADS = 1 << 16;
  private static final int MAX_TOKENS = 1 << 30;

  @Override
  public void read(TableRow row, Sink sink) throws InvalidInputException {
    int heads = row.whole("num_heads", 1, MAX_HEADS);
    int kvHeads = row.whole("num_key_value_heads", 1, MAX_HEADS);
    int width = row.whole("head_dim", 1, MAX_HEADS);
    int batch = row.whole("batch_size", 1, MAX_TOKENS);
    int tokens = row.whole("isl", 1, MAX_TOKENS);
    int step = row.whole("step", 0, MAX_TOKENS);
    int window = row.wholeOr("window_size", KernelCall.FULL, 0, MAX_TOKENS);
    double seconds = row.seconds("latency");
    String dtype = row.text("kv_cache_dtype");
    String operation = operation(row, tokens, step);
    String source = row.textOrEmpty("kernel_source");
    Optional<NumberFormat> cache = Dtypes.number(dtype);
    Optional<String> reason = skipped(row, heads, kvHeads, width, operation, step);
    if (reason.isPresent() || cache.isEmpty()) {
      sink.skipped(reason.orElse("kv_cache_dtype %s is not described".formatted(dtype)));
      return;
    }
    AttentionShape shape = new AttentionShape(heads, kvHeads, width);
    KernelCall call =
        operation.equals(DECODE)
            ? new KernelCall.DecodeAttention(shape, batch, step + 1.0, window, cache.get())
            : new KernelCall.PrefillAttention(shape, batch, tokens, window, cache.get());
    sink.measured(row, call, seconds, operation, dtype, source);
  }

  private static String operation(TableRow row, int tokens, int step) throws InvalidInputException {
    String name = row.textOrEmpty("op_name");
    return switch (name) {
      case PREFILL, DECODE -> name;
      case "" -> tokens == 1 && step > 0 ? DECODE : PREFILL;
      default -> throw row.wrong("op_name", "must be %s or %s".formatted(PREFILL, DECODE));
    };
  }

  private static Optional<String> skipped(
      TableRow row, int heads, int kvHeads, int width, String operation, int step) {
    String arithmetic = row.textOrEmpty("attn_dtype");
    if (heads % kvHeads != 0 || width % 2 != 0) {
      return Optional.of(
          "query heads that are not a multiple of the KV heads, or an odd head width");
    }
    if (operation.equals(PREFILL) && step > 0) {
      return Optional.of("prompts after a cached prefix");
    }
    if (!arithmetic.isEmpty()
        && Dtypes.number(arithmetic).filter(NumberFormat.BF16::equals).isEmpty()) {
      return Optional.of("attn_dtype %s is not described".formatted(arithmetic));
    }
    return Optional.empty();
  }
}
