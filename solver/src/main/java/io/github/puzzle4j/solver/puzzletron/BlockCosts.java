package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Costs of a block, aggregated from its subblocks as Puzzletron does: each number is the sum over
 * the subblocks; in addition there are the sums per kind ({@code attention_memory_mib}) and counts
 * ({@code has_attention}, {@code num_kv_heads}). A number that one of the subblocks lacks is
 * omitted.
 */
final class BlockCosts {

  private final Statistics statistics;

  BlockCosts(Statistics statistics) {
    this.statistics = statistics;
  }

  /**
   * Costs by name, without Puzzletron's prefix {@code stats.}.
   *
   * @throws InvalidProblemException if the statistics have no entry for one of the subblocks
   */
  Map<String, Double> of(Replacement replacement) throws InvalidProblemException {
    Block block = replacement.block();
    List<Map<String, Double>> parts = new ArrayList<>();
    for (Subblock subblock : block.subblocks()) {
      parts.add(part(subblock, replacement));
    }
    Set<String> names = new LinkedHashSet<>(parts.getFirst().keySet());
    parts.forEach(part -> names.retainAll(part.keySet()));
    Map<String, Double> costs = new LinkedHashMap<>();
    for (String name : names) {
      costs.put(name, sum(block, parts, name, kind -> true));
      block.subblocks().stream()
          .map(Subblock::kind)
          .forEach(own -> costs.put(own + "_" + name, sum(block, parts, name, own::equals)));
      if (has(block, Subblock.MIXERS)) {
        costs.put("attention_" + name, sum(block, parts, name, Subblock.MIXERS::contains));
      }
      if (has(block, Subblock.FFNS)) {
        costs.put("ffn_" + name, sum(block, parts, name, Subblock.FFNS::contains));
      }
    }
    switch (block.generation()) {
      case FIRST -> countFirst(block, costs);
      case SECOND -> countSecond(block, costs);
    }
    return costs;
  }

  private Map<String, Double> part(Subblock subblock, Replacement replacement)
      throws InvalidProblemException {
    if (subblock.noOp() && replacement.block().generation() == Block.Generation.SECOND) {
      return statistics.zeros();
    }
    Optional<Map<String, Double>> part = statistics.find(subblock, replacement.firstLayer());
    if (part.isEmpty()) {
      throw statistics
          .args()
          .wrong(
              "this entry has no statistics for the %s of %s in layer %d"
                  .formatted(subblock.kind(), replacement.id(), replacement.firstLayer()));
    }
    return part.get();
  }

  /** Sums in exact decimals, so that the result does not depend on the order. */
  private static double sum(
      Block block, List<Map<String, Double>> parts, String name, Predicate<String> kinds) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int index = 0; index < parts.size(); index++) {
      if (kinds.test(block.subblocks().get(index).kind())) {
        sum = sum.add(BigDecimal.valueOf(parts.get(index).getOrDefault(name, 0.0)));
      }
    }
    return sum.doubleValue();
  }

  private static boolean has(Block block, Set<String> kinds) {
    return block.subblocks().stream().map(Subblock::kind).anyMatch(kinds::contains);
  }

  private void countFirst(Block block, Map<String, Double> costs) throws InvalidProblemException {
    Optional<Subblock> attention = block.active("attention");
    Optional<Subblock> ffn = block.active("ffn");
    boolean mixes = attention.isPresent() && !attention.get().has("mamba");
    boolean experts = ffn.isPresent() && ffn.get().has("moe");
    costs.put("has_attention", flag(mixes));
    costs.put("has_ffn", flag(ffn.isPresent()));
    costs.put("has_moe", flag(experts));
    costs.put("not_no_op", flag(attention.isPresent() || ffn.isPresent()));
    if (!mixes) {
      costs.put("num_kv_heads", 0.0);
    } else {
      Optional<Double> heads = heads(attention.get());
      heads.ifPresent(number -> costs.put("num_kv_heads", number));
    }
    costs.put(
        "num_local_experts",
        experts
            ? (double) ffn.get().config().get("moe").get("num_local_experts").wholeNumber()
            : 0.0);
  }

  /** First-generation runs state the number of query heads per KV head instead. */
  private Optional<Double> heads(Subblock attention) throws InvalidProblemException {
    Optional<Integer> heads = attention.size("num_key_value_heads");
    if (heads.isPresent()) {
      return heads.map(Integer::doubleValue);
    }
    Optional<Integer> group = attention.size("n_heads_in_group").filter(size -> size > 0);
    Optional<Double> all = statistics.scenario("n_head");
    return group.isPresent() && all.isPresent()
        ? Optional.of(Math.floor(all.get() / group.get()))
        : Optional.empty();
  }

  private static void countSecond(Block block, Map<String, Double> costs)
      throws InvalidProblemException {
    for (String kind : List.of("attention", "mamba", "ffn", "moe")) {
      costs.put("has_" + kind, flag(block.active(kind).isPresent()));
    }
    costs.put("not_no_op", flag(block.subblocks().stream().anyMatch(part -> !part.noOp())));
    for (String size : List.of("num_kv_heads", "num_query_heads")) {
      costs.put(size, size(block.active("attention"), size));
    }
    for (String size : List.of("num_experts", "top_k")) {
      costs.put(size, size(block.active("moe"), size));
    }
  }

  private static double size(Optional<Subblock> subblock, String key)
      throws InvalidProblemException {
    return subblock.isPresent() ? subblock.get().size(key).orElse(0) : 0;
  }

  private static double flag(boolean is) {
    return is ? 1 : 0;
  }
}
