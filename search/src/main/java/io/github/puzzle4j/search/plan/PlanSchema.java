package io.github.puzzle4j.search.plan;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of plans, and their reference: from the records and values that the reader binds,
 * and from the defaults and their comments. It accepts the same keys and kinds of values; what a
 * value means, such as {@code 1.5x}, only the reader knows.
 */
public final class PlanSchema {

  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final PlanValues values = new PlanValues(Path.of(""));
  private final Map<String, String> descriptions;

  private PlanSchema(Map<String, String> descriptions) {
    this.descriptions = descriptions;
  }

  /** The schema of a plan file. */
  public static ObjectNode json() throws IOException {
    PlanSchema schema = new PlanSchema(PlanReference.descriptions());
    ObjectNode root = NODES.objectNode();
    root.put("$schema", DIALECT);
    root.put("title", "Plan of puzzle4j");
    root.setAll(schema.section(SearchPlan.class, "", PlanReader.defaults()));
    ((ObjectNode) root.path("properties")).set(SweepReader.KEY, sweep());
    root.set("required", NODES.arrayNode().add("schema"));
    // A sweep may name any key, also one that a single plan must have.
    ArrayNode either = root.putArray("anyOf");
    ObjectNode single = either.addObject();
    single.putArray("required").add("teacher").add("targets");
    ObjectNode properties = single.putObject("properties");
    properties.putObject("teacher").putArray("required").add("path");
    properties.putObject("targets").putObject("items").putArray("required").add("gpu");
    either.addObject().putArray("required").add(SweepReader.KEY);
    return root;
  }

  private static ObjectNode sweep() {
    ObjectNode section = NODES.objectNode().put("type", "object").put("minProperties", 1);
    ObjectNode schema =
        NODES
            .objectNode()
            .put(
                "description",
                "Several plans in one: keys of the plan by their paths, with lists or ranges of"
                    + " values, or a list of such sections.");
    ArrayNode either = schema.putArray("anyOf");
    either.add(section);
    either.addObject().put("type", "array").put("minItems", 1).set("items", section.deepCopy());
    return schema;
  }

  private ObjectNode section(Class<?> type, String path, JsonNode defaults) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      String below = path.isEmpty() ? name : path + "." + name;
      JsonNode value = defaults.path(name);
      ObjectNode property = of(component.getGenericType(), below, value);
      property.put("description", PlanReference.of(descriptions, below));
      if (!value.isMissingNode() && !value.isObject() && !value.path(0).isObject()) {
        property.set("default", value);
      }
      properties.set(name, property);
    }
    return schema.put("additionalProperties", false);
  }

  private ObjectNode of(Type type, String path, JsonNode defaults) {
    if (type instanceof ParameterizedType list) {
      ObjectNode schema = NODES.objectNode().put("type", "array");
      Type entry = list.getActualTypeArguments()[0];
      if (path.equals("targets")) {
        schema.put("minItems", 1);
      }
      schema.set("items", of(entry, path + "[]", defaults.path(0)));
      return schema;
    }
    Class<?> plain = (Class<?>) type;
    return values
        .schema(plain)
        .orElseGet(() ->
            plain.isRecord()
                ? section(plain, path, defaults)
                : NODES.objectNode().put("type", name(plain)));
  }

  private static String name(Class<?> type) {
    if (type == int.class || type == long.class) {
      return "integer";
    }
    if (type == double.class) {
      return "number";
    }
    return type == boolean.class ? "boolean" : "string";
  }

  /** All keys as a table in Markdown. */
  public static String reference() throws IOException {
    Map<String, String> descriptions = PlanReference.descriptions();
    ObjectNode schema = json();
    StringJoiner table = new StringJoiner("\n");
    table.add("| key | default | is |");
    table.add("|---|---|---|");
    descriptions.forEach((path, text) -> {
      JsonNode property = property(schema, path);
      table.add(
          "| `%s` | %s | %s%s |"
              .formatted(path, defaultOf(property, path), cell(text), names(property)));
    });
    return table.toString();
  }

  private static JsonNode property(ObjectNode schema, String path) {
    JsonNode node = schema;
    for (String part : path.split("\\.", -1)) {
      boolean isList = part.endsWith("[]");
      node = node.path("properties").path(isList ? part.substring(0, part.length() - 2) : part);
      node = isList ? node.path("items") : node;
    }
    return node;
  }

  private static String defaultOf(JsonNode property, String path) {
    if (PlanReference.isRequired(path)) {
      return "required";
    }
    JsonNode value = property.path("default");
    return value.isMissingNode() ? "" : "`%s`".formatted(text(value));
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? "[" + String.join(", ", value.valueStream().map(JsonNode::asString).toList()) + "]"
        : value.asString();
  }

  private static String names(JsonNode property) {
    JsonNode own = property.path("enum");
    JsonNode names =
        own.isMissingNode()
            ? property.path("items").path("enum").isMissingNode()
                ? property.path("anyOf").path(0).path("enum")
                : property.path("items").path("enum")
            : own;
    return names.isMissingNode()
        ? ""
        : " One of `%s`."
            .formatted(String.join("`, `", names.valueStream().map(JsonNode::asString).toList()));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
