package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Converts JSON to template values, as Python's {@code json} module does. */
final class JsonValues {

  private JsonValues() {}

  /**
   * Converts a JSON tree.
   *
   * @throws IllegalArgumentException if it holds an integer of more than 64 bits
   */
  static Value of(JsonNode node) {
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
        Map<Value, Value> entries = new LinkedHashMap<>();
        node.properties()
            .forEach(entry -> entries.put(new Value.Text(entry.getKey()), of(entry.getValue())));
        yield new Value.Mapping(entries);
      }
      case NULL, MISSING, BINARY, POJO -> new Value.None();
    };
  }

  /** Implements {@code from_json}. */
  static Value parsed(Value text, Arguments given) throws TemplateFailure {
    given.allow(0);
    try {
      return of(Json.mapper().readTree(PythonText.of(text)));
    } catch (JacksonException | IllegalArgumentException malformed) {
      throw new TemplateFailure("'from_json' of a text that is not JSON");
    }
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
