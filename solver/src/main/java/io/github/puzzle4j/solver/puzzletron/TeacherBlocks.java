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
import tools.jackson.databind.JsonNode;

/**
 * Finds the teacher's own block of every layer without opening its checkpoint: a solution with one
 * replacement holds the teacher's blocks in all other layers. Where no solution tells, it is the
 * only entry of the library for that layer that was not scored.
 */
final class TeacherBlocks {

  private static final String LIBRARY = "replacement_library.json";
  private static final int LIBRARY_VERSION = 2;
  private static final String NAME = "teacher";

  private final Map<Integer, Replacement> byLayer = new TreeMap<>();
  private final Map<String, Double> metrics;

  private TeacherBlocks(Map<String, Double> metrics) {
    this.metrics = metrics;
  }

  /** The blocks by layer; a layer of which nothing is known is missing. */
  static Map<Integer, Replacement> find(Path run, ScoreFiles scores, List<Value> planned)
      throws IOException {
    TeacherBlocks blocks = new TeacherBlocks(scores.teacherMetrics());
    for (Value solution : planned.isEmpty() ? scores.solutions() : planned) {
      blocks.addRest(solution);
    }
    Optional<Value> library = Json.readIfThere(run.resolve(LIBRARY));
    if (library.isPresent()) {
      blocks.addUnscored(entries(library.get()), scores.replacements());
    }
    return blocks.byLayer;
  }

  private void addRest(Value solution) throws InvalidProblemException {
    Optional<Value> chosen = solution.find("chosen_replacements");
    if (chosen.isEmpty()) {
      return;
    }
    JsonNode replaced =
        solution.get("single_sequence_replacement").get("parent_layer_indices").node();
    for (Value item : chosen.get().items()) {
      Value layers = item.get("parent_layer_indices");
      if (!layers.node().equals(replaced)) {
        if (layers.layers().size() != 1) {
          throw layers.wrong("the teacher's part of a solution must be single layers");
        }
        add(layers.layers().getFirst(), item);
      }
    }
  }

  private void add(int layer, Value item) throws InvalidProblemException {
    Replacement known = byLayer.get(layer);
    if (known == null) {
      byLayer.put(layer, Replacement.of(NAME, item, metrics, true));
    } else if (!known
        .raw()
        .path("child_block_configs")
        .equals(item.node().path("child_block_configs"))) {
      throw item.wrong(
          "another teacher's block in layer %d than earlier solutions have".formatted(layer));
    }
  }

  private void addUnscored(List<Value> entries, List<Replacement> scored)
      throws InvalidProblemException {
    Set<List<Object>> known = new HashSet<>();
    scored.forEach(one -> known.add(List.of(one.layers(), one.block().identity())));
    Map<Integer, List<Value>> unscored = new HashMap<>();
    for (Value entry : entries) {
      List<Integer> layers = entry.get("parent_layer_indices").layers();
      if (layers.size() == 1 && !byLayer.containsKey(layers.getFirst())) {
        Replacement one = Replacement.of(NAME, entry, metrics, true);
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
