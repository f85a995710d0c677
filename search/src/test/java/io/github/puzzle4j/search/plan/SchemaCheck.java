package io.github.puzzle4j.search.plan;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The parts of JSON Schema that the schema of plans uses. */
final class SchemaCheck {

  private SchemaCheck() {}

  /** What a schema objects to, each with its path. */
  static List<String> objections(JsonNode schema, JsonNode value) {
    List<String> objections = new ArrayList<>();
    check(schema, value, "", objections);
    return objections;
  }

  private static void check(JsonNode schema, JsonNode value, String path, List<String> objections) {
    if (schema.has("type") && !isOfType(schema.path("type"), value)) {
      objections.add("%s: is no %s".formatted(path, schema.path("type")));
      return;
    }
    if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
      objections.add("%s: is none of %s".formatted(path, schema.path("enum")));
    }
    if (schema.has("anyOf")
        && schema.path("anyOf").valueStream().noneMatch(one -> objections(one, value).isEmpty())) {
      objections.add(path + ": is none of anyOf");
    }
    if (value.isObject()) {
      object(schema, value, path, objections);
    } else if (value.isArray()) {
      if (value.size() < schema.path("minItems").asInt(0)) {
        objections.add(path + ": has too few entries");
      }
      for (int i = 0; i < value.size(); i++) {
        check(schema.path("items"), value.get(i), "%s[%d]".formatted(path, i), objections);
      }
    }
  }

  private static void object(
      JsonNode schema, JsonNode value, String path, List<String> objections) {
    for (JsonNode key : schema.path("required")) {
      if (!value.has(key.asString())) {
        objections.add("%s: lacks %s".formatted(path, key.asString()));
      }
    }
    if (value.size() < schema.path("minProperties").asInt(0)) {
      objections.add(path + ": has too few keys");
    }
    value
        .properties()
        .forEach(entry -> {
          JsonNode property = schema.path("properties").path(entry.getKey());
          String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
          if (property.isMissingNode()) {
            if (schema.path("additionalProperties").isBoolean()) {
              objections.add(below + ": is unknown");
            }
          } else {
            check(property, entry.getValue(), below, objections);
          }
        });
  }

  private static boolean isOfType(JsonNode types, JsonNode value) {
    if (types.isArray()) {
      return types.valueStream().anyMatch(type -> isOfType(type, value));
    }
    return switch (types.asString()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> throw new AssertionError("unknown type " + types);
    };
  }
}
