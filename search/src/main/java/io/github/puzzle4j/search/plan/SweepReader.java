package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Multiplies the values of a sweep to points. A section has keys with lists or ranges of values, of
 * which all combinations are points; in a list of such sections, those of each.
 */
final class SweepReader {

  static final String KEY = "sweep";

  /** What all points share. */
  private static final List<String> SHARED = List.of("schema", KEY, "store", "data.cache");

  /** Makes a plan of a tree. */
  @FunctionalInterface
  interface Binder {
    PlanFile bind(PlanTree tree) throws IOException;
  }

  private final PlanTree tree;
  private final JsonNode defaults;
  private final Binder binder;

  /** Settings of each point, by the keys of its axes. */
  private final List<SequencedMap<String, List<PlanSetting>>> points = new ArrayList<>();

  private SweepReader(PlanTree tree, JsonNode defaults, Binder binder) {
    this.tree = tree;
    this.defaults = defaults;
    this.binder = binder;
  }

  /**
   * Reads the sweep of a plan.
   *
   * @param text the whole file as YAML
   * @throws InvalidInputException if the sweep or one of its plans is wrong, in one line
   */
  static SweepFile read(PlanTree tree, JsonNode defaults, Binder binder, String text)
      throws IOException {
    SweepReader reader = new SweepReader(tree, defaults, binder);
    JsonNode sweep = tree.root().path(KEY);
    if (sweep instanceof ArrayNode sections) {
      for (int i = 0; i < sections.size(); i++) {
        reader.section("%s[%d]".formatted(KEY, i), sections.get(i));
      }
    } else {
      reader.section(KEY, sweep);
    }
    if (reader.points.isEmpty()) {
      throw reader.mistake(KEY, "has no points");
    }
    return reader.file(text);
  }

  private void section(String path, JsonNode node) throws InvalidInputException {
    if (!(node instanceof ObjectNode section) || section.isEmpty()) {
      throw mistake(
          path,
          "must be keys of the plan with their values, such as {targets.throughput: [1.2x, 1.4x]}");
    }
    List<SequencedMap<String, List<PlanSetting>>> product = List.of(new LinkedHashMap<>());
    for (Map.Entry<String, JsonNode> axis : section.properties()) {
      List<List<PlanSetting>> values = axis(path, axis.getKey(), axis.getValue());
      if ((long) product.size() * values.size() + points.size() > SweepRange.MOST) {
        throw mistake(path, "has more than %d points".formatted(SweepRange.MOST));
      }
      List<SequencedMap<String, List<PlanSetting>>> more = new ArrayList<>();
      for (SequencedMap<String, List<PlanSetting>> point : product) {
        for (List<PlanSetting> value : values) {
          SequencedMap<String, List<PlanSetting>> longer = new LinkedHashMap<>(point);
          longer.put(axis.getKey(), value);
          more.add(longer);
        }
      }
      product = more;
    }
    points.addAll(product);
  }

  /** For each value, the settings of all keys that take it. */
  private List<List<PlanSetting>> axis(String section, String keys, JsonNode node)
      throws InvalidInputException {
    String path = section + "." + keys;
    String place = tree.place(path);
    List<PlanPath> targets = new ArrayList<>();
    for (String key : keys.split(",", -1)) {
      PlanPath target = PlanPath.parse(place, key.strip());
      if (SHARED.stream().anyMatch(target::isWithin)) {
        throw mistake(path, "is what all points share");
      }
      targets.add(target);
    }
    List<List<PlanSetting>> settings = new ArrayList<>();
    for (JsonNode value : values(path, node)) {
      settings.add(targets.stream().map(key -> new PlanSetting(key, value, place)).toList());
    }
    if (settings.isEmpty()) {
      throw mistake(path, "has no values");
    }
    return settings;
  }

  private List<JsonNode> values(String path, JsonNode node) throws InvalidInputException {
    List<JsonNode> values = new ArrayList<>();
    for (JsonNode value : node.isArray() ? node : List.of(node)) {
      try {
        values.addAll(SweepRange.values(value.asString("")).orElse(List.of(value)));
      } catch (IllegalArgumentException mistake) {
        throw mistake(path, String.valueOf(mistake.getMessage()));
      }
    }
    return values;
  }

  private InvalidInputException mistake(String path, String why) {
    return new InvalidInputException("%s: %s %s".formatted(tree.place(path), path, why));
  }

  private SweepFile file(String text) throws IOException {
    SweepNames names = new SweepNames(points);
    PlanTree base = tree.without(KEY);
    SequencedMap<String, SweepFile.Point> named = new LinkedHashMap<>();
    for (SequencedMap<String, List<PlanSetting>> point : points) {
      String name = names.name(point);
      if (!named.containsKey(name)) {
        List<PlanSetting> settings = point.values().stream().flatMap(List::stream).toList();
        PlanFile plan = binder.bind(base.with(settings, defaults));
        named.put(name, new SweepFile.Point(name, names.values(point), plan));
      }
    }
    return new SweepFile(tree.source(), names.axes(), List.copyOf(named.values()), text);
  }
}
