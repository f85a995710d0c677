package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An equivalent model without pairs, if all pairs are of consecutive items. The boundary between
 * two layers becomes several nodes, which remember the last item as far as it matters: one for each
 * set of items that have the same pairs with what begins there. An item becomes one edge for each
 * node that it can begin at, with the pair's objective added to its own. Choices of both models
 * correspond one to one.
 */
final class NeighbourLattice {

  private final ChoiceModel original;
  private final ChoiceModel model;
  private final List<Integer> itemOfEdge;
  private final Map<List<Integer>, Integer> edges;
  private final int[] nodeAfter;

  private NeighbourLattice(
      ChoiceModel original,
      ChoiceModel model,
      List<Integer> itemOfEdge,
      Map<List<Integer>, Integer> edges,
      int[] nodeAfter) {
    this.original = original;
    this.model = model;
    this.itemOfEdge = itemOfEdge;
    this.edges = edges;
    this.nodeAfter = nodeAfter;
  }

  /** The equivalent model; empty if some pair is of items with others between them. */
  static Optional<NeighbourLattice> of(ChoiceModel original) {
    List<Map<Integer, Long>> next = new ArrayList<>();
    for (int item = 0; item < original.size(); item++) {
      next.add(new HashMap<>());
    }
    for (ChoicePair pair : original.pairs()) {
      if (original.endLayer(pair.one()) != original.firstLayer(pair.other())) {
        return Optional.empty();
      }
      if (pair.objective() != 0) {
        next.get(pair.one()).put(pair.other(), pair.objective());
      }
    }
    return Optional.of(new Builder(original, next).build());
  }

  ChoiceModel model() {
    return model;
  }

  /** The items of the original model that these edges stand for. */
  List<Integer> items(List<Integer> path) {
    return path.stream().map(itemOfEdge::get).toList();
  }

  /** The edges of a choice; empty if the items do not cover each layer exactly once. */
  List<Integer> edges(List<Integer> items) {
    if (!original.covers(items)) {
      return List.of();
    }
    List<Integer> path = new ArrayList<>();
    int node = 0;
    for (int item :
        items.stream()
            .sorted((a, b) -> Integer.compare(original.firstLayer(a), original.firstLayer(b)))
            .toList()) {
      path.add(edges.getOrDefault(List.of(node, item), -1));
      node = nodeAfter[item];
    }
    return path;
  }

  /** Numbers nodes in the order of the layers, and creates the edges. */
  private static final class Builder {

    private final ChoiceModel original;
    private final List<Map<Integer, Long>> next;
    private final int[] nodeAfter;
    private final List<Integer> itemOfEdge = new ArrayList<>();
    private final List<Integer> from = new ArrayList<>();
    private final List<Long> objective = new ArrayList<>();
    private final Map<List<Integer>, Integer> edges = new HashMap<>();

    Builder(ChoiceModel original, List<Map<Integer, Long>> next) {
      this.original = original;
      this.next = next;
      this.nodeAfter = new int[original.size()];
    }

    NeighbourLattice build() {
      List<List<Integer>> beginning = new ArrayList<>();
      List<List<Integer>> ending = new ArrayList<>();
      for (int layer = 0; layer <= original.layers(); layer++) {
        beginning.add(new ArrayList<>());
        ending.add(new ArrayList<>());
      }
      for (int item = 0; item < original.size(); item++) {
        beginning.get(original.firstLayer(item)).add(item);
        ending.get(original.endLayer(item)).add(item);
      }
      int nodes = 1;
      beginning.getFirst().forEach(item -> addEdge(0, item, original.objective(item)));
      for (int layer = 1; layer <= original.layers(); layer++) {
        Map<Map<Integer, Long>, Integer> states = new LinkedHashMap<>();
        for (int item : ending.get(layer)) {
          Integer known = states.get(next.get(item));
          nodeAfter[item] = known == null ? nodes : known;
          if (known == null) {
            states.put(next.get(item), nodes++);
          }
        }
        for (Map.Entry<Map<Integer, Long>, Integer> state : states.entrySet()) {
          for (int item : beginning.get(layer)) {
            long added = state.getKey().getOrDefault(item, 0L);
            addEdge(state.getValue(), item, original.objective(item) + added);
          }
        }
      }
      // Without an item that ends there, the end is a node that nothing reaches.
      int end = ending.getLast().isEmpty() ? nodes : nodes - 1;
      return new NeighbourLattice(original, model(end), itemOfEdge, edges, nodeAfter);
    }

    private void addEdge(int node, int item, long cost) {
      edges.put(List.of(node, item), itemOfEdge.size());
      itemOfEdge.add(item);
      from.add(node);
      objective.add(cost);
    }

    private ChoiceModel model(int layers) {
      List<ChoiceRow> rows = new ArrayList<>();
      for (ChoiceRow row : original.rows()) {
        rows.add(
            new ChoiceRow(itemOfEdge.stream().mapToLong(row::coefficient).toArray(), row.max()));
      }
      return new ChoiceModel(
          layers,
          from.stream().mapToInt(Integer::intValue).toArray(),
          itemOfEdge.stream().mapToInt(item -> nodeAfter[item]).toArray(),
          objective.stream().mapToLong(Long::longValue).toArray(),
          rows);
    }
  }
}
