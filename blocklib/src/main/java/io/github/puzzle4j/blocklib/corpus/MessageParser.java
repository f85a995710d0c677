package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Validates the messages of a conversation. Each needs a {@code role}, and {@code content} unless
 * it calls a tool. Content given as a list of text parts is joined to one string.
 *
 * @param place file and line or row, for error messages
 */
record MessageParser(String place) {

  private static final String ROLE = "role";
  private static final String CONTENT = "content";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  ArrayNode messages(JsonNode node) throws InvalidInputException {
    if (!node.isArray()) {
      throw wrong("\"messages\" must be an array of messages");
    }
    ArrayNode messages = NODES.arrayNode(node.size());
    for (int i = 0; i < node.size(); i++) {
      messages.add(message(node.path(i), "messages[%d]".formatted(i)));
    }
    return messages;
  }

  private ObjectNode message(JsonNode node, String name) throws InvalidInputException {
    if (!node.isObject()) {
      throw wrong("%s must be an object with \"role\" and \"content\"".formatted(name));
    }
    JsonNode role = node.path(ROLE);
    if (!role.isString() || role.stringValue().isEmpty()) {
      throw wrong("%s.role must be a string that is not empty".formatted(name));
    }
    if (!node.has(CONTENT) && !callsTools(node)) {
      throw wrong("%s has no \"content\"; its keys are %s".formatted(name, node.propertyNames()));
    }
    ObjectNode message = NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getKey().equals(CONTENT)) {
        message.set(CONTENT, content(entry.getValue(), node, name));
      } else {
        new RowParser(place).requireLongs(entry.getValue(), name);
        message.set(entry.getKey(), entry.getValue());
      }
    }
    return message;
  }

  private static boolean callsTools(JsonNode message) {
    return !message.path("tool_calls").isEmpty();
  }

  private JsonNode content(JsonNode content, JsonNode message, String name)
      throws InvalidInputException {
    if (content.isString()) {
      return content;
    }
    if (content.isNull() && callsTools(message)) {
      return content;
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
    return NODES.stringNode(text.toString());
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("%s: %s".formatted(place, message));
  }
}
