package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokenizer files of a model folder, which complete each other as in Transformers 5: tokens
 * that only {@code tokenizer_config.json}, {@code special_tokens_map.json} or {@code
 * added_tokens.json} name are added behind those of {@code tokenizer.json}. What is put before and
 * behind a text is decided by the latter alone; {@code add_bos_token} and {@code add_eos_token}
 * have no effect beside it.
 *
 * @param file {@code tokenizer.json}
 * @param root its content, with the tokens that the other files add
 * @param named special tokens by key, such as {@code bos_token}
 * @param added texts of the tokens that the other files add
 */
public record TokenizerFiles(
    Path file, ObjectNode root, Map<String, Named> named, List<String> added) {

  private static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIAL = "special_tokens_map.json";
  private static final String LEGACY = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final String CONTENT = "content";

  /** In the order in which Transformers adds them. */
  private static final List<String> STANDARD =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /**
   * A special token.
   *
   * @param text as in the vocabulary
   * @param file that names it
   */
  public record Named(String text, String file) {}

  public TokenizerFiles {
    named = Map.copyOf(named);
    added = List.copyOf(added);
  }

  /**
   * Reads the files of a folder.
   *
   * @throws InvalidInputException if {@code tokenizer.json} is missing, or one of them malformed
   */
  public static TokenizerFiles read(Path folder) throws IOException {
    Path file = folder.resolve(TextTokenizer.FILE_NAME);
    if (!InputFile.isThere(file)) {
      throw new InvalidInputException(
          "%s: no such file; a checkpoint folder with a tokenizer is needed to read text"
              .formatted(file));
    }
    ObjectNode root = root(file);
    JsonNode config = optional(folder.resolve(CONFIG));
    boolean decodes = config.path(DECODER).isObject();
    Map<String, JsonNode> tokens = new LinkedHashMap<>();
    Map<String, Named> named = collect(folder, config, tokens);
    List<ObjectNode> all = new ArrayList<>();
    if (decodes) {
      config.path(DECODER).properties().stream()
          .sorted(Comparator.comparingInt(entry -> id(entry.getKey())))
          .forEach(entry -> all.add(token(entry.getValue(), false)));
    } else {
      for (Map.Entry<String, JsonNode> entry : optional(folder.resolve(LEGACY)).properties()) {
        boolean special = tokens.values().stream().anyMatch(it -> entry.getKey().equals(text(it)));
        all.add(token(JsonNodeFactory.instance.stringNode(entry.getKey()), special));
      }
    }
    tokens.values().forEach(token -> all.add(token(token, true)));
    return new TokenizerFiles(file, root, named, add(root, all));
  }

  private static ObjectNode root(Path file) throws IOException {
    String reason = "it is no JSON object";
    try {
      if (Json.readTree(file) instanceof ObjectNode root) {
        return root;
      }
    } catch (InvalidInputException malformed) {
      reason = String.valueOf(malformed.getMessage()).replace(file + ", ", "");
    }
    throw new InvalidInputException(
        "%s: not a tokenizer that can be read: %s".formatted(file, reason));
  }

  /**
   * The special tokens that the files of a folder name, by key such as {@code bos_token}.
   *
   * @throws InvalidInputException if a file is malformed
   */
  public static Map<String, Named> named(Path folder) throws IOException {
    return collect(folder, optional(folder.resolve(CONFIG)), new LinkedHashMap<>());
  }

  private static Map<String, Named> collect(
      Path folder, JsonNode config, Map<String, JsonNode> tokens) throws IOException {
    Map<String, Named> named = new LinkedHashMap<>();
    collect(config, CONFIG, tokens, named);
    if (!config.path(DECODER).isObject()) {
      collect(optional(folder.resolve(SPECIAL)), SPECIAL, tokens, named);
    }
    return named;
  }

  private static JsonNode optional(Path file) throws IOException {
    return InputFile.isThere(file) ? Json.readTree(file) : Json.mapper().createObjectNode();
  }

  private static int id(String key) {
    return key.matches("\\d{1,9}") ? Integer.parseInt(key) : Integer.MAX_VALUE;
  }

  /** The special tokens of a file: named ones, then further ones. */
  private static void collect(
      JsonNode source, String file, Map<String, JsonNode> tokens, Map<String, Named> named) {
    List<String> keys = new ArrayList<>(STANDARD);
    source.propertyNames().stream()
        .filter(key -> key.endsWith("_token") && !STANDARD.contains(key))
        .forEach(keys::add);
    for (String key : keys) {
      String text = text(source.path(key));
      if (!text.isEmpty()) {
        tokens.put(key, source.path(key));
        named.put(key, new Named(text, file));
      }
    }
    for (String key : List.of("extra_special_tokens", "additional_special_tokens")) {
      for (JsonNode token : source.path(key)) {
        tokens.putIfAbsent("extra " + text(token), token);
      }
    }
  }

  /** A token is a string, or an object with its content and flags. */
  private static String text(JsonNode token) {
    return token.isString() ? token.stringValue() : token.path(CONTENT).asString("");
  }

  private static ObjectNode token(JsonNode written, boolean special) {
    ObjectNode token = JsonNodeFactory.instance.objectNode();
    boolean isSpecial = special || written.path("special").asBoolean(false);
    token.put(CONTENT, text(written));
    for (String flag : List.of("single_word", "lstrip", "rstrip")) {
      token.put(flag, written.path(flag).asBoolean(false));
    }
    token.put("normalized", written.path("normalized").asBoolean(!isSpecial));
    token.put("special", isSpecial);
    return token;
  }

  /** Adds the tokens that the tokenizer lacks, with the ids that Hugging Face's library gives. */
  private static List<String> add(ObjectNode root, List<ObjectNode> tokens) {
    ArrayNode known =
        root.get("added_tokens") instanceof ArrayNode array ? array : root.putArray("added_tokens");
    Map<String, Integer> ids = new LinkedHashMap<>();
    known.forEach(token -> ids.put(text(token), token.path("id").asInt(0)));
    int largest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    int next = Math.max(vocabulary(root).size(), largest + 1);
    List<String> added = new ArrayList<>();
    for (ObjectNode token : tokens) {
      String text = text(token);
      if (text.isEmpty() || ids.containsKey(text)) {
        continue;
      }
      OptionalInt inVocabulary = ofVocabulary(root, text);
      int id = inVocabulary.isPresent() ? inVocabulary.getAsInt() : next++;
      ids.put(text, id);
      known.add(token.put("id", id));
      added.add(text);
    }
    return added;
  }

  private static JsonNode vocabulary(JsonNode root) {
    return root.path("model").path("vocab");
  }

  /** Vocabularies are objects from text to id, or, of Unigram models, lists of text and score. */
  private static OptionalInt ofVocabulary(JsonNode root, String text) {
    JsonNode vocabulary = vocabulary(root);
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        if (vocabulary.path(id).path(0).asString("").equals(text)) {
          return OptionalInt.of(id);
        }
      }
      return OptionalInt.empty();
    }
    JsonNode id = vocabulary.path(text);
    return id.canConvertToInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
  }

  /** The id of a token by its text. */
  public OptionalInt id(Named token) {
    for (JsonNode added : root.path("added_tokens")) {
      if (text(added).equals(token.text())) {
        return OptionalInt.of(added.path("id").asInt(0));
      }
    }
    return ofVocabulary(root, token.text());
  }

  /** A special token by its key, such as {@code eos_token}. */
  public Optional<Named> token(String key) {
    return Optional.ofNullable(named.get(key));
  }
}
