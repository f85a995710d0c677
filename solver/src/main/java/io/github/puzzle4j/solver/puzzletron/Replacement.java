package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * A replacement for one or several consecutive layers of the teacher, or the teacher's own layer.
 *
 * @param source {@code solution_7}, for example, or {@code teacher}
 * @param layers of the teacher, from {@code parent_layer_indices}
 * @param raw Puzzletron's object for it, kept for writing
 * @param metrics as measured, including NaN; for a teacher's layer those of the whole teacher
 */
record Replacement(
    String source,
    List<Integer> layers,
    Block block,
    ObjectNode raw,
    Map<String, Double> metrics,
    boolean teacher) {

  Replacement {
    layers = List.copyOf(layers);
    metrics = Map.copyOf(metrics);
  }

  /**
   * Parses Puzzletron's object with {@code parent_layer_indices} and {@code child_block_configs}.
   */
  static Replacement of(String source, Value value, Map<String, Double> metrics, boolean teacher)
      throws InvalidProblemException {
    List<Integer> layers = value.get("parent_layer_indices").layers();
    Value children = value.get("child_block_configs");
    List<Value> blocks = children.items();
    if (blocks.size() != 1) {
      throw children.wrong(
          "has %d blocks; only replacements by one block are supported".formatted(blocks.size()));
    }
    Block block = Block.of(blocks.getFirst());
    ObjectNode raw = (ObjectNode) value.node().deepCopy();
    if (value.find("weight_paths").isEmpty()) {
      raw.putArray("weight_paths");
    } else {
      for (Value path : value.get("weight_paths").items()) {
        path.text();
      }
    }
    return new Replacement(source, layers, block, raw, metrics, teacher);
  }

  int firstLayer() {
    return layers.getFirst();
  }

  /** Readable id, for example {@code L5/kv_heads_8+intermediate_8704@solution_12}. */
  String id() throws InvalidProblemException {
    String where =
        layers.size() == 1
            ? "L" + firstLayer()
            : "L%d-%d".formatted(firstLayer(), layers.getLast());
    return "%s/%s@%s".formatted(where, BlockText.id(block), source);
  }
}
