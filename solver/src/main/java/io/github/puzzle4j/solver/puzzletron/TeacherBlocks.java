package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Determines the teacher's block of every layer without reading its checkpoint: a solution with one
 * replacement contains the teacher's blocks in all other layers. If no solution covers a layer, it
 * is the only entry of the library for that layer that was not scored.
 */
final class TeacherBlocks {

  static final String REPLACEMENT = "single_sequence_replacement";

  private static final String LAYERS = "parent_layer_indices";
  private static final String BLOCKS = "child_block_configs";
  private static final String LIBRARY = "replacement_library.json";
  private static final int LIBRARY_VERSION = 2;
  private static final String NAME = "teacher";

  private final Map<Integer, Value> byLayer = new TreeMap<>();

  /** Adds the blocks around the replacement of a solution, if it contains them. */
  void addRest(Value solution) throws InvalidProblemException {
    Optional<Value> chosen = solution.find("chosen_replacements");
    if (chosen.isEmpty()) {
      return;
    }
    List<Integer> replaced = solution.get(REPLACEMENT).get(LAYERS).layers();
    for (Value item : chosen.get().items()) {
      Value place = item.get(LAYERS);
      List<Integer> layers = place.layers();
      if (!layers.equals(replaced)) {
        if (layers.size() != 1) {
          throw place.wrong("the teacher's part of a solution must be single layers");
        }
        add(layers.getFirst(), item);
      }
    }
  }

  /** Adds blocks from the library, if there is one, for layers that are still unknown. */
  void addUnscored(Path run, List<Replacement> scored) throws IOException {
    Optional<Value> library = Value.readIfThere(run.resolve(LIBRARY));
    if (library.isEmpty()) {
      return;
    }
    Set<List<Object>> known = new HashSet<>();
    scored.forEach(one -> known.add(List.of(one.layers(), one.block().identity())));
    Map<Integer, List<Value>> unscored = new HashMap<>();
    for (Value entry : entries(library.get())) {
      List<Integer> layers = entry.get(LAYERS).layers();
      if (layers.size() == 1 && !byLayer.containsKey(layers.getFirst())) {
        Replacement one = Replacement.of(NAME, entry, Map.of(), true);
        if (!known.contains(List.<Object>of(one.layers(), one.block().identity()))) {
          unscored.computeIfAbsent(one.firstLayer(), layer -> new ArrayList<>()).add(entry);
        }
      }
    }
    for (Map.Entry<Integer, List<Value>> layer : unscored.entrySet()) {
      if (layer.getValue().size() == 1) {
        add(layer.getKey(), layer.getValue().getFirst());
      }
    }
  }

  /**
   * The blocks by layer; unknown layers are omitted.
   *
   * @param metrics of the whole teacher
   */
  Map<Integer, Replacement> replacements(Map<String, Double> metrics)
      throws InvalidProblemException {
    Map<Integer, Replacement> replacements = new TreeMap<>();
    for (Map.Entry<Integer, Value> layer : byLayer.entrySet()) {
      replacements.put(layer.getKey(), Replacement.of(NAME, layer.getValue(), metrics, true));
    }
    return replacements;
  }

  private void add(int layer, Value item) throws InvalidProblemException {
    Value known = byLayer.putIfAbsent(layer, item);
    if (known == null || known.node().path(BLOCKS).equals(item.node().path(BLOCKS))) {
      return;
    }
    Replacement first = Replacement.of(NAME, known, Map.of(), true);
    Replacement other = Replacement.of(NAME, item, Map.of(), true);
    if (!first.block().identity().equals(other.block().identity())) {
      throw item.wrong(
          "another teacher's block in layer %d than earlier solutions have".formatted(layer));
    }
  }

  private static List<Value> entries(Value library) throws InvalidProblemException {
    if (!library.isObject()) {
      return library.items();
    }
    Value version = library.get("version");
    if (version.wholeNumber() != LIBRARY_VERSION) {
      throw version.wrong(
          "%d is not supported, only %d".formatted(version.wholeNumber(), LIBRARY_VERSION));
    }
    return library.get("entries").items();
  }
}
