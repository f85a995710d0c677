package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * A value that replaces what a plan has at some place.
 *
 * @param path of the key
 * @param value of it, as in a plan
 * @param place where it is written, for messages
 */
public record PlanSetting(PlanPath path, JsonNode value, String place) {

  private static final String VALUE = "value";

  /**
   * Reads a setting of a command line.
   *
   * @param option its name, for messages
   * @param text such as {@code score.sequences=64}; the value is YAML
   * @throws InvalidInputException if it is no key of a plan, an equals sign and a value
   */
  public static PlanSetting parse(String option, String text) throws InvalidInputException {
    String place = "%s %s".formatted(option, text);
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new InvalidInputException(
          "%s: must be a key of the plan and its value, such as score.sequences=64"
              .formatted(place));
    }
    PlanPath path = PlanPath.parse(place, text.substring(0, equals).strip());
    PlanTree tree =
        PlanTree.parse(place, VALUE + ": " + text.substring(equals + 1), Yaml.mapper(Path.of("")));
    if (tree.root().size() != 1) {
      throw new InvalidInputException("%s: must have one value".formatted(place));
    }
    return new PlanSetting(path, tree.root().path(VALUE), place);
  }
}
