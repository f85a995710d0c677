package io.github.puzzle4j.blocklib.gguf.tokenizer;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.GgufMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The files that accompany weights in a Hugging Face folder, from the metadata of a GGUF file. */
public final class GgufCompanions {

  private static final Map<String, String> TOKENS =
      new TreeMap<>(
          Map.of(
              "bos_token", GgufKeys.BEGIN,
              "eos_token", GgufKeys.END,
              "unk_token", GgufKeys.UNKNOWN,
              "pad_token", GgufKeys.PADDING));

  private GgufCompanions() {}

  /**
   * Contents by file name: {@code tokenizer.json}, {@code tokenizer_config.json} with the chat
   * templates, and {@code generation_config.json}. Empty if the file has no tokenizer.
   *
   * @throws InvalidInputException if the tokenizer is of a kind that is not known, or contradicts
   *     itself
   */
  public static SequencedMap<String, JsonNode> of(GgufMetadata metadata)
      throws InvalidInputException {
    SequencedMap<String, JsonNode> files = new LinkedHashMap<>();
    if (!metadata.keys().contains(GgufKeys.TOKENIZER_MODEL)
        && !metadata.keys().contains(GgufKeys.TOKENS)) {
      return files;
    }
    GgufVocabulary vocabulary = GgufVocabulary.read(metadata);
    files.put("tokenizer.json", GgufTokenizerJson.of(vocabulary));
    files.put("tokenizer_config.json", tokenizerConfig(metadata, vocabulary));
    files.put("generation_config.json", generationConfig(vocabulary));
    return files;
  }

  private static ObjectNode tokenizerConfig(GgufMetadata metadata, GgufVocabulary vocabulary)
      throws InvalidInputException {
    ObjectNode config = Json.mapper().createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("clean_up_tokenization_spaces", false);
    for (Map.Entry<String, String> token : TOKENS.entrySet()) {
      OptionalInt id = vocabulary.special(token.getValue());
      if (id.isPresent()) {
        config.put(token.getKey(), vocabulary.texts().get(id.getAsInt()));
      }
    }
    Map<String, String> templates = templates(metadata);
    String usual = templates.get("default");
    if (templates.size() == 1 && usual != null) {
      config.put("chat_template", usual);
    } else if (!templates.isEmpty()) {
      ArrayNode list = config.putArray("chat_template");
      templates.forEach((name, text) -> list.addObject().put("name", name).put("template", text));
    }
    return config;
  }

  /** Chat templates by name. */
  private static Map<String, String> templates(GgufMetadata metadata) throws InvalidInputException {
    Map<String, String> templates = new TreeMap<>();
    metadata.text(GgufKeys.CHAT_TEMPLATE).ifPresent(text -> templates.put("default", text));
    String prefix = GgufKeys.CHAT_TEMPLATE + ".";
    for (String key : metadata.keys()) {
      if (key.startsWith(prefix)) {
        metadata.text(key).ifPresent(text -> templates.put(key.substring(prefix.length()), text));
      }
    }
    return templates;
  }

  /** Generation ends with the end token and, of chat models, with that of a turn. */
  private static ObjectNode generationConfig(GgufVocabulary vocabulary)
      throws InvalidInputException {
    ObjectNode config = Json.mapper().createObjectNode();
    vocabulary.special(GgufKeys.BEGIN).ifPresent(id -> config.put("bos_token_id", id));
    OptionalInt end = vocabulary.special(GgufKeys.END);
    OptionalInt turn = vocabulary.special(GgufKeys.END_OF_TURN);
    if (end.isPresent() && turn.isPresent() && !end.equals(turn)) {
      config.putArray("eos_token_id").add(end.getAsInt()).add(turn.getAsInt());
    } else if (end.isPresent() || turn.isPresent()) {
      config.put("eos_token_id", end.orElseGet(() -> turn.orElse(0)));
    }
    vocabulary.special(GgufKeys.PADDING).ifPresent(id -> config.put("pad_token_id", id));
    return config;
  }
}
