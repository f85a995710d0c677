package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Text forms of blocks: as printed by Puzzletron, and as parts of candidate ids. */
final class BlockText {

  private static final int NAME_WIDTH = 9;
  private static final int PART_WIDTH = 8;

  /** Printed keys by kind of subblock. */
  private static final Map<String, List<String>> SHOWN =
      Map.of(
          "attention",
          List.of("num_key_value_heads", "num_kv_heads", "n_heads_in_group", "num_query_heads"),
          "mla",
          List.of("num_heads", "q_lora_rank", "kv_lora_rank"),
          "mamba",
          List.of("num_heads", "head_dim"),
          "ffn",
          List.of("intermediate_size"),
          "moe",
          List.of(
              "num_local_experts",
              "num_experts",
              "expert_intermediate_dim",
              "expert_intermediate_size",
              "shared_expert_intermediate_dim",
              "shared_expert_intermediate_size",
              "num_experts_per_tok",
              "top_k"));

  /** Keys that Puzzletron prints under another name. */
  private static final Map<String, String> LABELS =
      Map.of(
          "num_key_value_heads", "kv_heads",
          "num_kv_heads", "kv_heads",
          "n_heads_in_group", "gqa",
          "num_query_heads", "q_heads",
          "intermediate_size", "intermediate",
          "num_local_experts", "num_experts");

  private BlockText() {}

  /** Puzzletron's {@code solution_repr}: one line per block. */
  static String lines(List<Block> blocks) throws InvalidProblemException {
    StringBuilder lines = new StringBuilder();
    for (int index = 0; index < blocks.size(); index++) {
      lines
          .append(padded("block_%d:".formatted(index), NAME_WIDTH))
          .append(line(blocks.get(index)))
          .append('\n');
    }
    return lines.toString();
  }

  /** Puzzletron's {@code block_repr}. */
  static String line(Block block) throws InvalidProblemException {
    StringBuilder line = new StringBuilder();
    for (Subblock subblock : block.subblocks()) {
      line.append("  ").append(name(subblock));
      line.append(padded("  " + String.join("  ", parts(subblock)), PART_WIDTH));
    }
    return line.toString();
  }

  /** Short form without blanks, for example {@code kv_heads_8+intermediate_8704}. */
  static String id(Block block) throws InvalidProblemException {
    StringJoiner id = new StringJoiner("+");
    for (Subblock subblock : block.subblocks()) {
      List<String> parts = parts(subblock);
      boolean telling = parts.getFirst().matches(".*_\\d+");
      id.add((telling ? "" : name(subblock) + "_") + String.join("_", parts));
    }
    return id.toString();
  }

  private static String name(Subblock subblock) throws InvalidProblemException {
    if (subblock.has("mamba")) {
      return "mamba";
    }
    return subblock.has("moe") ? "moe" : subblock.kind();
  }

  private static List<String> parts(Subblock subblock) throws InvalidProblemException {
    if (subblock.noOp()) {
      return List.of("no_op");
    }
    if (subblock.config().flag("replace_with_linear")) {
      return List.of("linear");
    }
    String name = name(subblock);
    Value config = name.equals(subblock.kind()) ? subblock.config() : subblock.config().get(name);
    List<String> parts = new ArrayList<>();
    for (String key : SHOWN.getOrDefault(name, List.of())) {
      Optional<Value> value = config.find(key);
      if (value.isPresent()) {
        parts.add(LABELS.getOrDefault(key, key) + "_" + value.get().wholeNumber());
      }
    }
    return parts.isEmpty() ? List.of("other") : parts;
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
