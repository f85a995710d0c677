package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One entry of {@code subblock_stats.json}: costs of subblocks in one scenario.
 *
 * @param args the scenario, as in the file
 * @param nonBlock costs outside the layers; unmeasured numbers are omitted
 * @param unmeasured names of costs outside the layers that are null or NaN
 * @param bySubblock by identity, then by layer; {@link #ANY_LAYER} if the file states none
 * @param zeros the numbers of a no-op subblock
 */
record Statistics(
    Value args,
    Map<String, Double> nonBlock,
    Set<String> unmeasured,
    Map<String, Map<Integer, Map<String, Double>>> bySubblock,
    Map<String, Double> zeros) {

  /** Puzzletron's index for statistics that are independent of the layer. */
  private static final int ANY_LAYER = -1;

  private static final Set<String> NO_STATISTICS =
      Set.of("subblock_config", "subblock_config_class", "parent_layer_index");

  /** Numbers that Puzzletron always writes; a non-number there is an error. */
  private static final Set<String> KNOWN =
      Set.of(
          "memory_mib",
          "kv_cache_memory_mib",
          "num_params",
          "active_params",
          "runtime_ms",
          "prefill_runtime_ms",
          "decode_runtime_ms");

  static Statistics of(Value entry) throws InvalidProblemException {
    Value outside = entry.get("non_block");
    Map<String, Double> nonBlock = numbers(outside);
    Set<String> unmeasured = new TreeSet<>(outside.keys());
    unmeasured.removeAll(nonBlock.keySet());
    Map<String, Map<Integer, Map<String, Double>>> bySubblock = new HashMap<>();
    Map<String, Double> zeros = new LinkedHashMap<>();
    List<Value> items = entry.get("subblocks").items();
    for (Value item : items) {
      Subblock subblock = Subblock.ofStatistics(item);
      Map<String, Double> numbers = numbers(item);
      int layer = layer(item);
      Map<Integer, Map<String, Double>> layers =
          bySubblock.computeIfAbsent(subblock.identity(), key -> new HashMap<>());
      Map<String, Double> earlier = layers.putIfAbsent(layer, numbers);
      if (earlier != null && !earlier.equals(numbers)) {
        throw item.wrong("states other numbers than an earlier entry for the same subblock");
      }
      if (zeros.isEmpty()) {
        numbers.keySet().forEach(name -> zeros.put(name, 0.0));
      }
    }
    return new Statistics(entry.get("args"), nonBlock, unmeasured, bySubblock, zeros);
  }

  /**
   * Costs of a subblock in that layer: those stated for the layer, else those for any layer, else
   * those of the only layer that states it. A no-op costs nothing.
   */
  Optional<Map<String, Double>> find(Subblock subblock, int layer) {
    Map<Integer, Map<String, Double>> layers =
        bySubblock.getOrDefault(subblock.identity(), Map.of());
    if (layers.containsKey(layer)) {
      return Optional.of(layers.get(layer));
    }
    if (layers.containsKey(ANY_LAYER)) {
      return Optional.of(layers.get(ANY_LAYER));
    }
    if (layers.size() == 1) {
      return layers.values().stream().findFirst();
    }
    return subblock.noOp() ? Optional.of(zeros) : Optional.empty();
  }

  /** An integer of the scenario, for example the batch size. */
  Optional<Double> scenario(String key) throws InvalidProblemException {
    Optional<Value> value = args.find(key);
    return value.isPresent() ? Optional.of(value.get().number()) : Optional.empty();
  }

  private static int layer(Value item) throws InvalidProblemException {
    Optional<Value> layer = item.find("parent_layer_index");
    if (layer.isEmpty()) {
      return ANY_LAYER;
    }
    int index = layer.get().wholeNumber();
    if (index < ANY_LAYER) {
      throw layer.get().wrong("layer %d is negative".formatted(index));
    }
    return index;
  }

  private static Map<String, Double> numbers(Value entry) throws InvalidProblemException {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String key : entry.keys()) {
      Optional<Value> value = entry.find(key);
      if (value.isEmpty()
          || NO_STATISTICS.contains(key)
          || (!KNOWN.contains(key) && !value.get().node().isNumber())) {
        continue;
      }
      double number = value.get().number();
      if (Double.isFinite(number)) {
        numbers.put(key, number);
      }
    }
    return numbers;
  }
}
