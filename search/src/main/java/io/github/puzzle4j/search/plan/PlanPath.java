package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place in a plan, such as {@code score.sequences} or {@code targets[0].throughput}. A list that
 * is passed without an index stands for all of its entries: {@code targets.throughput}.
 *
 * @param text as it was written
 * @param steps from the root; the last one is what is set
 */
public record PlanPath(String text, List<Step> steps) {

  private static final String KEY = "[A-Za-z_][A-Za-z0-9_]*";
  private static final Pattern PATH =
      Pattern.compile("%1$s(\\[[0-9]{1,4}])*(\\.%1$s(\\[[0-9]{1,4}])*)*".formatted(KEY));
  private static final Pattern STEP = Pattern.compile("(%s)|\\[([0-9]+)]".formatted(KEY));

  /** One step down the tree. */
  sealed interface Step {
    /** To the value of a key. */
    record Key(String name) implements Step {}

    /** To an entry of a list. */
    record Index(int number) implements Step {}
  }

  /**
   * Reads a path.
   *
   * @param place where it is written, for messages
   */
  static PlanPath parse(String place, String text) throws InvalidInputException {
    if (!PATH.matcher(text).matches()) {
      throw new InvalidInputException(
          "%s: '%s' is no key of a plan; write it as score.sequences or targets[0].throughput"
              .formatted(place, text));
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    while (step.find()) {
      steps.add(
          step.group(1) != null
              ? new Step.Key(step.group(1))
              : new Step.Index(Integer.parseInt(step.group(2))));
    }
    return new PlanPath(text, List.copyOf(steps));
  }

  /** Whether it is this key or below it. */
  boolean isWithin(String key) {
    return text.equals(key) || text.startsWith(key + ".") || text.startsWith(key + "[");
  }

  /**
   * Sets a value, which replaces what is there. Sections on the way are made if need be.
   *
   * @param defaults sections of a plan: where they have a list of sections, one entry is made
   * @param place where the value is written, for messages
   * @return the full paths that were set
   * @throws InvalidInputException if something on the way is no section or list, or too short
   */
  List<String> set(ObjectNode root, JsonNode defaults, JsonNode value, String place)
      throws InvalidInputException {
    List<String> paths = new ArrayList<>();
    new Setter(value, place, paths).at(root, "", 0, defaults);
    return List.copyOf(paths);
  }

  private final class Setter {

    private final JsonNode value;
    private final String place;
    private final List<String> paths;

    private Setter(JsonNode value, String place, List<String> paths) {
      this.value = value;
      this.place = place;
      this.paths = paths;
    }

    private void at(JsonNode node, String path, int depth, JsonNode defaults)
        throws InvalidInputException {
      switch (steps.get(depth)) {
        case Step.Key(String name) -> {
          if (node instanceof ObjectNode section) {
            key(section, name, path.isEmpty() ? name : path + "." + name, depth, defaults);
          } else if (node instanceof ArrayNode list && depth > 0) {
            for (int i = 0; i < list.size(); i++) {
              at(list.get(i), "%s[%d]".formatted(path, i), depth, defaults.path(0));
            }
          } else {
            throw refusal("%s is no section with keys of its own".formatted(path));
          }
        }
        case Step.Index(int number) -> {
          if (!(node instanceof ArrayNode list)) {
            throw refusal("%s is no list".formatted(path));
          }
          if (number >= list.size()) {
            throw refusal(
                "%s has %d entries, of which the first is %s[0]"
                    .formatted(path, list.size(), path));
          }
          entry(list, number, "%s[%d]".formatted(path, number), depth, defaults);
        }
      }
    }

    private void key(ObjectNode section, String name, String path, int depth, JsonNode defaults)
        throws InvalidInputException {
      if (depth == steps.size() - 1) {
        section.set(name, value.deepCopy());
        paths.add(path);
        return;
      }
      @Nullable JsonNode child = section.get(name);
      if (child == null || child.isNull()) {
        child = made(section, name, path, depth, defaults.path(name));
      }
      at(child, path, depth + 1, defaults.path(name));
    }

    private JsonNode made(
        ObjectNode section, String name, String path, int depth, JsonNode defaults)
        throws InvalidInputException {
      if (steps.get(depth + 1) instanceof Step.Index) {
        throw refusal("the plan has no list %s".formatted(path));
      }
      if (defaults instanceof ArrayNode list && list.path(0) instanceof ObjectNode) {
        ArrayNode entries = section.putArray(name);
        entries.addObject();
        return entries;
      }
      return section.putObject(name);
    }

    private void entry(ArrayNode list, int number, String path, int depth, JsonNode defaults)
        throws InvalidInputException {
      if (depth == steps.size() - 1) {
        list.set(number, value.deepCopy());
        paths.add(path);
      } else {
        at(list.get(number), path, depth + 1, defaults.path(0));
      }
    }

    private InvalidInputException refusal(String why) {
      return new InvalidInputException("%s: %s".formatted(place, why));
    }
  }
}
