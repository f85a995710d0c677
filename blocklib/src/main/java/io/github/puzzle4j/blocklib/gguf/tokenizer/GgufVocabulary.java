package io.github.puzzle4j.blocklib.gguf.tokenizer;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokens of a GGUF file by id.
 *
 * @param ids by text; an id that stands for nothing has none
 */
record GgufVocabulary(
    GgufMetadata metadata, List<String> texts, List<TokenKind> kinds, Map<String, Integer> ids) {

  /**
   * Reads the tokens.
   *
   * @throws InvalidInputException if there are none, two are the same, or lists have different
   *     lengths
   */
  static GgufVocabulary read(GgufMetadata metadata) throws InvalidInputException {
    List<String> stored = metadata.texts(GgufKeys.TOKENS);
    if (stored.isEmpty()) {
      throw metadata.invalid(
          "has no '%s'; a tokenizer is needed to read text".formatted(GgufKeys.TOKENS));
    }
    int[] types = metadata.sizes(GgufKeys.TOKEN_TYPES);
    requireLength(metadata, GgufKeys.TOKEN_TYPES, types.length, stored.size());
    List<String> texts = new ArrayList<>(stored.size());
    List<TokenKind> kinds = new ArrayList<>(stored.size());
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < stored.size(); id++) {
      TokenKind kind = types.length == 0 ? TokenKind.NORMAL : kind(metadata, id, types[id]);
      kinds.add(kind);
      String text = stored.get(id).isEmpty() ? "[EMPTY_%d]".formatted(id) : stored.get(id);
      texts.add(text);
      Integer other = kind.isFiller(id, text) ? null : ids.put(text, id);
      if (other != null) {
        throw metadata.invalid(
            "%s has '%s' twice, as %d and %d".formatted(GgufKeys.TOKENS, text, other, id));
      }
    }
    return new GgufVocabulary(metadata, List.copyOf(texts), List.copyOf(kinds), ids);
  }

  private static TokenKind kind(GgufMetadata metadata, int id, int type)
      throws InvalidInputException {
    return TokenKind.ofCode(type)
        .orElseThrow(() ->
            metadata.invalid(
                "%s[%d] is %d, which the format does not know"
                    .formatted(GgufKeys.TOKEN_TYPES, id, type)));
  }

  /** An absent list, of length 0, is right too. */
  static void requireLength(GgufMetadata metadata, String key, int length, int tokens)
      throws InvalidInputException {
    if (length != 0 && length != tokens) {
      throw metadata.invalid("%s has %d items for %d tokens".formatted(key, length, tokens));
    }
  }

  /**
   * The token that a key names; empty if the file has no such key.
   *
   * @throws InvalidInputException if there is no such token
   */
  OptionalInt special(String key) throws InvalidInputException {
    OptionalInt id = metadata.size32(key);
    if (id.isPresent() && (id.getAsInt() >= texts.size() || !ids.containsValue(id.getAsInt()))) {
      throw metadata.invalid("%s=%d is none of the tokens".formatted(key, id.getAsInt()));
    }
    return id;
  }
}
