package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.template.JsonValues;
import io.github.puzzle4j.blocklib.corpus.template.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The messages of a conversation: each has a {@code role}, and {@code content} unless it calls a
 * tool. Content in parts is joined, as long as all of them are text.
 *
 * @param place file and line or row, for messages
 */
record MessageParser(String place) {

  private static final String ROLE = "role";
  private static final String CONTENT = "content";

  Value.Sequence messages(JsonNode node) throws InvalidInputException {
    if (!node.isArray() || node.isEmpty()) {
      throw wrong("\"messages\" must be an array of at least one message");
    }
    List<Value> messages = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(node.path(i), "messages[%d]".formatted(i)));
    }
    return new Value.Sequence(messages);
  }

  private Value message(JsonNode node, String name) throws InvalidInputException {
    if (!node.isObject()) {
      throw wrong("%s must be an object with \"role\" and \"content\"".formatted(name));
    }
    JsonNode role = node.path(ROLE);
    if (!role.isString() || role.stringValue().isEmpty()) {
      throw wrong("%s.role must be a string that is not empty".formatted(name));
    }
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      entries.put(
          entry.getKey(),
          entry.getKey().equals(CONTENT)
              ? content(entry.getValue(), node, name)
              : value(entry.getValue(), name));
    }
    if (!entries.containsKey(CONTENT) && !callsTools(node)) {
      throw wrong("%s has no \"content\"; its keys are %s".formatted(name, node.propertyNames()));
    }
    return new Value.Mapping(entries);
  }

  private static boolean callsTools(JsonNode message) {
    return !message.path("tool_calls").isEmpty();
  }

  private Value content(JsonNode content, JsonNode message, String name)
      throws InvalidInputException {
    if (content.isString()) {
      return new Value.Text(content.stringValue());
    }
    if (content.isNull() && callsTools(message)) {
      return new Value.None();
    }
    if (!content.isArray()) {
      throw wrong("%s.content must be a string or an array of texts".formatted(name));
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.path(i);
      JsonNode type = part.path("type");
      if (!type.isString() || !type.stringValue().equals("text") || !part.path("text").isString()) {
        throw wrong(
            "%s.content[%d] is not {\"type\": \"text\", \"text\": \"..\"}; only text is read"
                .formatted(name, i));
      }
      text.append(part.path("text").stringValue());
    }
    return new Value.Text(text.toString());
  }

  private Value value(JsonNode node, String name) throws InvalidInputException {
    try {
      return JsonValues.of(node);
    } catch (IllegalArgumentException tooLarge) {
      throw new InvalidInputException(
          "%s: %s: %s".formatted(place, name, tooLarge.getMessage()), tooLarge);
    }
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("%s: %s".formatted(place, message));
  }
}
