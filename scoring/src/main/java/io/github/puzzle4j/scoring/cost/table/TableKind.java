package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A supported kind of table, recognised by its required columns.
 *
 * @param name for error messages
 * @param reader of its rows
 * @param required columns
 */
record TableKind(String name, RowReader reader, List<String> required) {

  private static final List<TableKind> ALL =
      List.of(
          new TableKind("gemm", new GemmRows(), List.of("gemm_dtype", "m", "n", "k", "latency")),
          new TableKind(
              "attention",
              new AttentionRows(),
              List.of(
                  "batch_size",
                  "isl",
                  "num_heads",
                  "num_key_value_heads",
                  "head_dim",
                  "kv_cache_dtype",
                  "step",
                  "latency")),
          new TableKind(
              "all reduce",
              new AllReduceRows(),
              List.of("allreduce_dtype", "num_gpus", "message_size", "latency")),
          new TableKind(
              "experts",
              new ExpertsRows(),
              List.of(
                  "moe_dtype",
                  "num_tokens",
                  "hidden_size",
                  "inter_size",
                  "topk",
                  "num_experts",
                  "moe_tp_size",
                  "moe_ep_size",
                  "latency")),
          new TableKind(
              "Vidur mlp",
              new VidurMlpRows(),
              List.of(
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
                  "time_stats.mlp_down_proj.median")),
          new TableKind(
              "Vidur attention",
              new VidurAttentionRows(),
              List.of(
                  "n_embd",
                  "n_q_head",
                  "n_kv_head",
                  "num_tensor_parallel_workers",
                  "batch_size",
                  "prefill_chunk_size",
                  "kv_cache_size",
                  "is_prefill",
                  "time_stats.attn_prefill.median",
                  "time_stats.attn_decode.median")));

  /**
   * The kind whose required columns are all present.
   *
   * @throws InvalidInputException if there is none, with the columns missing for the most similar
   *     kind
   */
  static TableKind of(String file, Set<String> columns) throws InvalidInputException {
    TableKind nearest =
        ALL.stream()
            .min(
                Comparator.comparingInt((TableKind kind) -> kind.missing(columns).size())
                    .thenComparingInt(kind -> -kind.required.size()))
            .orElseThrow();
    List<String> missing = nearest.missing(columns);
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          missing.size() == nearest.required.size()
              ? "%s: not a kernel table: its columns match no known kind".formatted(file)
              : "%s: not a kernel table; the nearest kind is %s, of which it lacks %s"
                  .formatted(file, nearest.name, String.join(", ", missing)));
    }
    return nearest;
  }

  private List<String> missing(Set<String> columns) {
    return required.stream().filter(column -> !columns.contains(column)).toList();
  }
}
