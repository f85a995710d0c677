package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The tables that are understood, each known by the columns that it must have. */
enum TableKind {
  GEMM(new GemmRows(), "gemm_dtype", "m", "n", "k", "latency"),
  ATTENTION(
      new AttentionRows(),
      "batch_size",
      "isl",
      "num_heads",
      "num_key_value_heads",
      "head_dim",
      "kv_cache_dtype",
      "step",
      "latency"),
  ALL_REDUCE(new AllReduceRows(), "allreduce_dtype", "num_gpus", "message_size", "latency"),
  EXPERTS(
      new ExpertsRows(),
      "moe_dtype",
      "num_tokens",
      "hidden_size",
      "inter_size",
      "topk",
      "num_experts",
      "moe_tp_size",
      "moe_ep_size",
      "latency"),
  VIDUR_MLP(
      new VidurMlpRows(),
      "n_head",
      "n_kv_head",
      "n_embd",
      "n_expanded_embd",
      "use_gated_mlp",
      "num_tokens",
      "num_tensor_parallel_workers",
      "time_stats.attn_pre_proj.median",
      "time_stats.attn_post_proj.median",
      "time_stats.mlp_up_proj.median",
      "time_stats.mlp_down_proj.median"),
  VIDUR_ATTENTION(
      new VidurAttentionRows(),
      "n_embd",
      "n_q_head",
      "n_kv_head",
      "num_tensor_parallel_workers",
      "batch_size",
      "prefill_chunk_size",
      "kv_cache_size",
      "is_prefill",
      "time_stats.attn_prefill.median",
      "time_stats.attn_decode.median");

  private final RowReader reader;
  private final List<String> required;

  TableKind(RowReader reader, String... required) {
    this.reader = reader;
    this.required = List.of(required);
  }

  RowReader reader() {
    return reader;
  }

  /**
   * The kind of which all columns are there.
   *
   * @throws InvalidInputException if there is none, naming what the nearest kind lacks
   */
  static TableKind of(String file, Set<String> columns) throws InvalidInputException {
    TableKind nearest =
        Stream.of(values())
            .min(
                Comparator.comparingInt((TableKind kind) -> kind.missing(columns).size())
                    .thenComparing(kind -> -kind.required.size()))
            .orElseThrow();
    List<String> missing = nearest.missing(columns);
    if (!missing.isEmpty()) {
      String name = nearest.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      throw new InvalidInputException(
          missing.size() == nearest.required.size()
              ? "%s: not a kernel table: its columns are of none that is known".formatted(file)
              : "%s: not a kernel table; the nearest kind is %s, of which it lacks %s"
                  .formatted(file, name, String.join(", ", missing)));
    }
    return nearest;
  }

  private List<String> missing(Set<String> columns) {
    return required.stream().filter(column -> !columns.contains(column)).toList();
  }
}
