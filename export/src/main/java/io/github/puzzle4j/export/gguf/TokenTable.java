package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The tokens by id.
 *
 * @param types as GGUF numbers them
 * @param unused ids at which the tokenizer has no token
 */
record TokenTable(List<String> texts, List<Integer> types, int unused) {

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  TokenTable {
    texts = List.copyOf(texts);
    types = List.copyOf(types);
  }

  static TokenTable read(Path file, JsonNode root, int size) throws InvalidInputException {
    List<String> texts = new ArrayList<>(Collections.nCopies(size, ""));
    List<Integer> types = new ArrayList<>(Collections.nCopies(size, UNUSED));
    for (Map.Entry<String, JsonNode> entry : root.path("model").path("vocab").properties()) {
      set(file, texts, types, entry.getKey(), entry.getValue(), NORMAL);
    }
    for (JsonNode added : root.path("added_tokens")) {
      String text = added.path("content").asString("");
      for (String flag : List.of("lstrip", "rstrip", "single_word")) {
        if (added.path(flag).asBoolean(false)) {
          throw invalid(
              file, "added token '%s' has %s, which GGUF cannot express".formatted(text, flag));
        }
      }
      int type = added.path("special").asBoolean(false) ? CONTROL : USER_DEFINED;
      set(file, texts, types, text, added.path("id"), type);
    }
    int unused = 0;
    for (int id = 0; id < size; id++) {
      if (types.get(id) == UNUSED) {
        texts.set(id, "[PAD%d]".formatted(id));
        unused++;
      }
    }
    return new TokenTable(texts, types, unused);
  }

  private static void set(
      Path file, List<String> texts, List<Integer> types, String text, JsonNode id, int type)
      throws InvalidInputException {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
      throw invalid(file, "token '%s' has the id %s".formatted(text, id));
    }
    int index = id.intValue();
    if (index >= texts.size()) {
      throw invalid(
          file,
          "token '%s' has the id %d, but the embedding has %d rows"
              .formatted(text, index, texts.size()));
    }
    if (types.get(index) != UNUSED && !texts.get(index).equals(text)) {
      throw invalid(
          file,
          "tokens '%s' and '%s' have the same id %d".formatted(texts.get(index), text, index));
    }
    texts.set(index, text);
    types.set(index, type);
  }

  private static InvalidInputException invalid(Path file, String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
