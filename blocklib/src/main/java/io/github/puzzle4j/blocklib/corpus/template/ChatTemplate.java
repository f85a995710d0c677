package io.github.puzzle4j.blocklib.corpus.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How a model's makers turn a conversation into text: {@code chat_template.jinja} of its folder, or
 * {@code chat_template} in its {@code tokenizer_config.json}, as Transformers finds them.
 *
 * @param template what is rendered
 * @param tokens special tokens by name, such as {@code bos_token}
 * @param source the template as it is written
 */
public record ChatTemplate(Template template, Map<String, Value> tokens, String source) {

  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String KEY = "chat_template";
  private static final String DEFAULT = "default";
  private static final long LONGEST_FILE = 1L << 22;

  public ChatTemplate {
    tokens = Map.copyOf(tokens);
  }

  /**
   * The chat template of a checkpoint folder, if it has one.
   *
   * @throws InvalidInputException if there is one that cannot be read or needs what is not
   *     supported
   */
  public static Optional<ChatTemplate> find(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    JsonNode settings =
        Files.exists(config) ? Json.readTree(config) : Json.mapper().createObjectNode();
    Map<String, Value> tokens = tokens(settings);
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
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
   * The text of a conversation, with the special tokens that the template writes; ready to be
   * encoded without further ones.
   *
   * @param tools what the assistant could call, or none
   * @throws InvalidInputException if the template refuses it or cannot be rendered faithfully
   */
  public String render(Value messages, Value tools) throws InvalidInputException {
    Map<String, Value> values = new HashMap<>(tokens);
    values.put("messages", messages);
    values.put("tools", tools);
    values.put("documents", new Value.None());
    values.put("add_generation_prompt", new Value.Truth(false));
    return template.render(values);
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_FILE) {
      throw new InvalidInputException("%s: too large for a chat template".formatted(file));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException binary) {
      throw new InvalidInputException("%s: not text in UTF-8".formatted(file), binary);
    }
  }

  /** One template, or several of which each has a name. */
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

  /** Special tokens are written as strings, or as objects with their content. */
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
