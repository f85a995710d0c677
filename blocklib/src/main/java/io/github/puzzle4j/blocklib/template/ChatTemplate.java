package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The chat templates of a model, which format a conversation as text: {@code chat_template.jinja}
 * of its folder with those in {@code additional_chat_templates}, or {@code chat_template} in its
 * {@code tokenizer_config.json}, with the same precedence as in Transformers. A conversation with
 * tools takes the template named {@code tool_use} where there is one.
 */
public final class ChatTemplate {

  /** Name of the template for conversations without tools. */
  public static final String DEFAULT = "default";

  /** Folder of further templates. */
  public static final String FOLDER = "additional_chat_templates";

  private static final String WITH_TOOLS = "tool_use";
  private static final String FILE = "chat_template.jinja";
  private static final String ENDING = ".jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String KEY = "chat_template";
  private static final long MAX_FILE_BYTES = 1L << 22;

  private final Map<String, Template> templates;
  private final Map<String, Value> tokens;
  private final String identity;

  /**
   * @param templates by name: {@code default}, and possibly {@code tool_use}
   * @param tokens special tokens by key, such as {@code bos_token}
   */
  private ChatTemplate(
      Map<String, Template> templates, Map<String, Value> tokens, String identity) {
    this.templates = Map.copyOf(templates);
    this.tokens = Map.copyOf(tokens);
    this.identity = identity;
  }

  /** The text of a template, and what to call it in messages. */
  private record Source(String name, String text) {}

  /**
   * Reads the chat template of a checkpoint folder, if it has one.
   *
   * @throws InvalidInputException if the template cannot be read or uses an unsupported construct
   */
  public static Optional<ChatTemplate> find(Path folder) throws IOException {
    SequencedMap<String, Source> found = find(folder, new TreeMap<>());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!found.containsKey(DEFAULT)) {
      throw new InvalidInputException(
          "%s: has the chat templates %s; it needs a string, or a list with a template named '%s'"
              .formatted(folder, found.keySet(), DEFAULT));
    }
    Map<String, Template> templates = new HashMap<>();
    StringBuilder identity = new StringBuilder();
    for (String name : List.of(DEFAULT, WITH_TOOLS)) {
      Source source = found.get(name);
      if (source != null) {
        templates.put(name, Template.parse(source.name(), source.text()));
        identity.append(source.text());
      }
    }
    Map<String, Value> tokens = new TreeMap<>();
    TokenizerFiles.named(folder)
        .forEach((key, token) -> tokens.put(key, new Value.Text(token.text())));
    return Optional.of(new ChatTemplate(templates, tokens, identity.append(tokens).toString()));
  }

  /**
   * The texts of all templates of a checkpoint folder by name.
   *
   * @throws InvalidInputException if one cannot be read
   */
  public static Map<String, String> sources(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    find(folder, new TreeMap<>()).forEach((name, source) -> texts.put(name, source.text()));
    return texts;
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
    Template template = tools.isArray() ? templates.get(WITH_TOOLS) : null;
    if (template == null) {
      template = templates.get(DEFAULT);
    }
    if (template == null) {
      throw new IllegalStateException("a chat template without default is rejected earlier");
    }
    return template.render(values);
  }

  /** Everything that rendered texts depend on: the templates' texts and the special tokens. */
  public String identity() {
    return identity;
  }

  /** Separate files take precedence over the config as a whole. */
  private static SequencedMap<String, Source> find(Path folder, SequencedMap<String, Source> found)
      throws IOException {
    Path file = folder.resolve(FILE);
    if (InputFile.isThere(file)) {
      found.put(DEFAULT, new Source(file.toString(), text(file)));
    }
    for (Path further : further(folder)) {
      String name = String.valueOf(further.getFileName());
      found.put(
          name.substring(0, name.length() - ENDING.length()),
          new Source(further.toString(), text(further)));
    }
    Path config = folder.resolve(CONFIG);
    JsonNode written =
        found.isEmpty() && InputFile.isThere(config)
            ? Json.readTree(config).path(KEY)
            : Json.mapper().nullNode();
    String name = "%s, %s".formatted(config, KEY);
    if (written.isString()) {
      found.put(DEFAULT, new Source(name, written.stringValue()));
    } else if (written.isArray() || written.isObject()) {
      written.properties().forEach(entry -> put(found, name, entry.getKey(), entry.getValue()));
      for (JsonNode entry : written.isArray() ? written : List.<JsonNode>of()) {
        put(found, name, entry.path("name").asString(""), entry.path("template"));
      }
    }
    if (!written.isMissingNode() && !written.isNull() && found.isEmpty()) {
      throw new InvalidInputException(
          "%s: %s is neither a string nor a list with a template named '%s'"
              .formatted(config, KEY, DEFAULT));
    }
    return found;
  }

  private static void put(Map<String, Source> found, String place, String name, JsonNode template) {
    if (template.isString()) {
      found.put(name, new Source(place, template.stringValue()));
    }
  }

  /** The files of further templates of a folder, in a fixed order. */
  public static List<Path> further(Path folder) throws IOException {
    Path templates = folder.resolve(FOLDER);
    if (!Files.isDirectory(templates)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(templates)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    }
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
}
