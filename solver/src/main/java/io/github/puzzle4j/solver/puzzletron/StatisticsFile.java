package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code subblock_stats.json}: statistics for one scenario or several. */
final class StatisticsFile {

  private static final int MAX_LISTED = 8;

  private final Value root;
  private final List<Map<String, String>> scenarios;

  private StatisticsFile(Value root, List<Map<String, String>> scenarios) {
    this.root = root;
    this.scenarios = scenarios;
  }

  static StatisticsFile of(Value root) throws InvalidProblemException {
    List<Map<String, String>> scenarios = new ArrayList<>();
    for (Value entry : root.items()) {
      scenarios.add(texts(entry.get("args")));
    }
    if (scenarios.isEmpty()) {
      throw root.wrong("has no entry");
    }
    return new StatisticsFile(root, scenarios);
  }

  /** Arguments of a scenario as text, nested ones as JSON. */
  static Map<String, String> texts(Value args) throws InvalidProblemException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : args.keys()) {
      JsonNode node = args.node().path(key);
      texts.put(key, node.isString() ? node.stringValue() : node.toString());
    }
    return texts;
  }

  /**
   * The only entry with these arguments.
   *
   * @throws InvalidProblemException if there is none or more than one, with a list of the entries
   */
  Statistics choose(Map<String, String> wanted) throws InvalidProblemException {
    for (String key : wanted.keySet()) {
      if (scenarios.stream().noneMatch(scenario -> scenario.containsKey(key))) {
        throw root.wrong(
            "no entry has an argument '%s'; there are %s"
                .formatted(Json.quoted(key), String.join(", ", scenarios.getFirst().keySet())));
      }
    }
    List<Integer> matches = new ArrayList<>();
    for (int index = 0; index < scenarios.size(); index++) {
      if (matches(wanted, scenarios.get(index))) {
        matches.add(index);
      }
    }
    if (matches.size() == 1) {
      return Statistics.of(root.items().get(matches.getFirst()));
    }
    throw root.wrong(
        matches.isEmpty()
            ? "none of the %d entries has %s; there are %s"
                .formatted(scenarios.size(), joined(wanted), differences(scenarios))
            : "%d entries match; tell them apart by their arguments: %s"
                .formatted(
                    matches.size(), differences(matches.stream().map(scenarios::get).toList())));
  }

  /**
   * Arguments that distinguish the scenario from the others of the file; empty if there is only
   * one.
   */
  Map<String, String> distinction(Statistics chosen) throws InvalidProblemException {
    Map<String, String> own = texts(chosen.args());
    own.keySet().retainAll(differing(scenarios));
    return own;
  }

  private static boolean matches(Map<String, String> wanted, Map<String, String> scenario) {
    return wanted.entrySet().stream()
        .allMatch(entry -> same(entry.getValue(), scenario.get(entry.getKey())));
  }

  /** Compares numbers by value, and data types with or without the prefix {@code torch.} */
  private static boolean same(String wanted, @Nullable String found) {
    if (found == null) {
      return false;
    }
    if (wanted.equals(found) || ("torch." + wanted).equals(found)) {
      return true;
    }
    Optional<BigDecimal> number = number(wanted);
    return number.isPresent()
        && number(found).filter(other -> other.compareTo(number.get()) == 0).isPresent();
  }

  private static Optional<BigDecimal> number(String text) {
    return text.matches("-?\\d{1,18}(\\.\\d{1,18})?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  private static Set<String> differing(List<Map<String, String>> scenarios) {
    Set<String> keys = new LinkedHashSet<>();
    scenarios.forEach(scenario -> keys.addAll(scenario.keySet()));
    keys.removeIf(
        key -> scenarios.stream().map(scenario -> scenario.get(key)).distinct().count() < 2);
    return keys;
  }

  private static String differences(List<Map<String, String>> scenarios) {
    Set<String> keys = differing(scenarios);
    return (keys.isEmpty() ? scenarios.getFirst().keySet() : keys)
        .stream()
            .map(key ->
                scenarios.stream()
                    .map(scenario -> Json.quoted(scenario.getOrDefault(key, "null")))
                    .distinct()
                    .limit(MAX_LISTED)
                    .collect(Collectors.joining("|", key + "=", "")))
            .collect(Collectors.joining(", "));
  }

  private static String joined(Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
