package io.github.puzzle4j.blocklib.corpus.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the values that Python's own reader makes of it. */
public final class JsonValues {

  private JsonValues() {}

  /**
   * The value of a tree.
   *
   * @throws IllegalArgumentException if it holds a whole number beyond 64 bits
   */
  public static Value of(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> new Value.Text(node.stringValue());
      case BOOLEAN -> new Value.Truth(node.booleanValue());
      case NUMBER -> number(node);
      case ARRAY -> {
        List<Value> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(of(item)));
        yield new Value.Sequence(items);
      }
      case OBJECT -> {
        Map<String, Value> entries = new LinkedHashMap<>();
        node.properties().forEach(entry -> entries.put(entry.getKey(), of(entry.getValue())));
        yield new Value.Mapping(entries);
      }
      case NULL, MISSING, BINARY, POJO -> new Value.None();
    };
  }

  /**
   * The tree that gives a value back.
   *
   * @throws IllegalArgumentException if it is none that a tree can hold
   */
  public static JsonNode node(Value value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case Value.Text(String text) -> nodes.stringNode(text);
      case Value.Whole(long number) -> nodes.numberNode(number);
      case Value.Real(double number) -> nodes.numberNode(number);
      case Value.Truth(boolean holds) -> nodes.booleanNode(holds);
      case Value.None() -> nodes.nullNode();
      case Value.Sequence(List<Value> items, boolean _) -> {
        ArrayNode array = nodes.arrayNode();
        items.forEach(item -> array.add(node(item)));
        yield array;
      }
      case Value.Mapping(Map<String, Value> entries) -> {
        ObjectNode object = nodes.objectNode();
        entries.forEach((key, item) -> object.set(key, node(item)));
        yield object;
      }
      case Value.Undefined _, Value.Namespace _, Value.Function _ ->
          throw new IllegalArgumentException("value=%s is no JSON".formatted(value));
    };
  }

  private static Value number(JsonNode node) {
    if (!node.isIntegralNumber()) {
      return new Value.Real(node.doubleValue());
    }
    if (!node.canConvertToLong()) {
      throw new IllegalArgumentException("%s has more than 64 bits".formatted(node));
    }
    return new Value.Whole(node.longValue());
  }
}
