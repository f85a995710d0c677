package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The chat template of a model, which formats a conversation as text: {@code chat_template.jinja}
 * of its folder, or {@code chat_template} in its {@code tokenizer_config.json}, with the same
 * precedence as in Transformers.
 */
public final class ChatTemplate {

  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String KEY = "chat_template";
  private static final String DEFAULT = "default";
  private static final long MAX_FILE_BYTES = 1L << 22;

  private final Template template;
  private final Map<String, Value> tokens;
  private final String source;

  /**
   * @param tokens special tokens by key, such as {@code bos_token}
   * @param source text of the template
   */
  private ChatTemplate(Template template, Map<String, Value> tokens, String source) {
    this.template = template;
    this.tokens = Map.copyOf(tokens);
    this.source = source;
  }

  /**
   * Reads the chat template of a checkpoint folder, if it has one.
   *
   * @throws InvalidInputException if the template cannot be read or uses an unsupported construct
   */
  public static Optional<ChatTemplate> find(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    JsonNode settings =
        InputFile.isThere(config) ? Json.readTree(config) : Json.mapper().createObjectNode();
    Map<String, Value> tokens = tokens(settings);
    Path file = folder.resolve(FILE);
    if (InputFile.isThere(file)) {
      String source = text(file);
      return Optional.of(new ChatTemplate(Template.parse(file.toString(), source), tokens, source));
    }
    JsonNode written = settings.path(KEY);
    if (written.isMissingNode() || written.isNull()) {
      return Optional.empty();
    }
    String source = source(config, written);
    String name = "%s, %s".formatted(config, KEY);
    return Optional.of(new ChatTemplate(Template.parse(name, source), tokens, source));
  }

  /**
   * Renders a conversation. The text contains all special tokens, so a tokenizer must not add any.
   *
   * @param messages array of objects with {@code role} and {@code content}
   * @param tools array of the tools that the assistant can call, or null
   * @throws IllegalArgumentException if an argument holds an integer of more than 64 bits
   * @throws InvalidInputException if the template raises an error or uses an unsupported operation
   */
  public String render(JsonNode messages, JsonNode tools) throws InvalidInputException {
    Map<String, Value> values = new HashMap<>(tokens);
    values.put("messages", JsonValues.of(messages));
    values.put("tools", JsonValues.of(tools));
    values.put("documents", new Value.None());
    values.put("add_generation_prompt", new Value.Truth(false));
    return template.render(values);
  }

  /** Everything that rendered texts depend on: the template's text and the special tokens. */
  public String identity() {
    return source + new TreeMap<>(tokens);
  }

  private static String text(Path file) throws IOException {
    if (Files.size(InputFile.require(file)) > MAX_FILE_BYTES) {
      throw new InvalidInputException("%s: too large for a chat template".formatted(file));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException binary) {
      throw new InvalidInputException("%s: not text in UTF-8".formatted(file), binary);
    }
  }

  /** The key holds one template, or a list of named ones, of which "default" is used. */
  private static String source(Path config, JsonNode written) throws InvalidInputException {
    if (written.isString()) {
      return written.stringValue();
    }
    if (written.isArray()) {
      for (JsonNode entry : written) {
        boolean wanted = entry.path("name").asString("").equals(DEFAULT);
        if (wanted && entry.path("template").isString()) {
          return entry.path("template").stringValue();
        }
      }
    }
    throw new InvalidInputException(
        "%s: %s is neither a string nor a list with a template named '%s'"
            .formatted(config, KEY, DEFAULT));
  }

  /** Special tokens are strings, or objects with a {@code content}. */
  private static Map<String, Value> tokens(JsonNode settings) {
    Map<String, Value> tokens = new HashMap<>();
    settings
        .properties()
        .forEach(entry -> {
          JsonNode token = entry.getValue();
          JsonNode content = token.isObject() ? token.path("content") : token;
          if (entry.getKey().endsWith("_token") && content.isString()) {
            tokens.put(entry.getKey(), new Value.Text(content.stringValue()));
          }
        });
    return tokens;
  }
}
