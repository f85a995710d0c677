package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.Digests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the points of a sweep, their axes and their values are called. */
final class SweepNames {

  private static final int LONGEST_NAME = 48;
  private static final int DIGITS = 6;

  private final SequencedSet<String> axes = new LinkedHashSet<>();

  /** Of axes with sections as values: their keys with several values. */
  private final Map<String, Set<String>> varying = new HashMap<>();

  SweepNames(List<SequencedMap<String, List<PlanSetting>>> points) {
    Map<List<String>, JsonNode> first = new HashMap<>();
    for (SequencedMap<String, List<PlanSetting>> point : points) {
      point.forEach((axis, settings) -> {
        axes.add(axis);
        for (Map.Entry<String, JsonNode> entry : settings.getFirst().value().properties()) {
          JsonNode before = first.putIfAbsent(List.of(axis, entry.getKey()), entry.getValue());
          if (before != null && !before.equals(entry.getValue())) {
            varying.computeIfAbsent(axis, _ -> new HashSet<>()).add(entry.getKey());
          }
        }
      });
    }
  }

  List<SweepFile.Axis> axes() {
    return axes.stream().map(axis -> new SweepFile.Axis(axis, heading(axis))).toList();
  }

  /** The last part of the first key, or as many as make it unique. */
  private String heading(String axis) {
    String key = firstKey(axis);
    int from = key.lastIndexOf('.') + 1;
    while (from > 0 && isEndOfAnother(axis, key.substring(from))) {
      from = key.lastIndexOf('.', from - 2) + 1;
    }
    return key.substring(from);
  }

  private boolean isEndOfAnother(String own, String end) {
    return axes.stream()
        .filter(axis -> !axis.equals(own))
        .map(SweepNames::firstKey)
        .anyMatch(key -> key.equals(end) || key.endsWith("." + end));
  }

  private static String firstKey(String axis) {
    return axis.split(",", -1)[0].strip();
  }

  /** The values of a point as text, one for each axis; empty for those that it lacks. */
  List<String> values(SequencedMap<String, List<PlanSetting>> point) {
    List<String> values = new ArrayList<>();
    for (String axis : axes) {
      values.add(
          point.containsKey(axis)
              ? shown(axis, Objects.requireNonNull(point.get(axis)).getFirst().value())
              : "");
    }
    return List.copyOf(values);
  }

  private String shown(String axis, JsonNode value) {
    if (!(value instanceof ObjectNode section)) {
      return shown(value);
    }
    Set<String> several = varying.getOrDefault(axis, Set.of());
    List<String> parts = new ArrayList<>();
    section
        .properties()
        .forEach(entry -> {
          if (several.isEmpty() || several.contains(entry.getKey())) {
            parts.add(entry.getKey() + " " + shown(entry.getValue()));
          }
        });
    return String.join(", ", parts);
  }

  /** A short text: of files without folders, of sections without keys. */
  private static String shown(JsonNode value) {
    if (value.isContainer()) {
      return String.join(", ", value.valueStream().map(SweepNames::shown).toList());
    }
    String text = value.asString("none");
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /**
   * The name of a point, which does not depend on the other points or on the order of keys. The
   * digest tells points apart whose values look alike.
   */
  String name(SequencedMap<String, List<PlanSetting>> point) {
    TreeMap<String, JsonNode> settings = new TreeMap<>();
    TreeMap<String, String> shown = new TreeMap<>();
    point.forEach((axis, values) -> {
      values.forEach(setting -> settings.put(setting.path().text(), setting.value()));
      shown.put(firstKey(axis), shown(values.getFirst().value()));
    });
    String digest = Digests.of(Json.mapper().writeValueAsString(settings));
    String readable =
        String.join("_", shown.values())
            .replaceAll("[^A-Za-z0-9._]+", "-")
            .replaceAll("^[._-]+", "");
    return "%s-%s"
        .formatted(
            readable
                .substring(0, Math.min(LONGEST_NAME, readable.length()))
                .replaceAll("[._-]+$", ""),
            digest.substring(0, DIGITS));
  }
}
