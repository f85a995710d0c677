package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.gguf.tokenizer.TokenKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The tokens by id.
 *
 * @param kinds of what each token is
 * @param unused ids at which the tokenizer has no token
 */
record TokenTable(List<String> texts, List<TokenKind> kinds, int unused) {

  TokenTable {
    texts = List.copyOf(texts);
    kinds = List.copyOf(kinds);
  }

  static TokenTable read(Path file, JsonNode root, int size) throws InvalidInputException {
    List<String> texts = new ArrayList<>(Collections.nCopies(size, ""));
    List<TokenKind> kinds = new ArrayList<>(Collections.nCopies(size, TokenKind.UNUSED));
    for (Map.Entry<String, JsonNode> entry : root.path("model").path("vocab").properties()) {
      set(file, texts, kinds, entry.getKey(), entry.getValue(), TokenKind.NORMAL);
    }
    for (JsonNode added : root.path("added_tokens")) {
      String text = added.path("content").asString("");
      for (String flag : List.of("lstrip", "rstrip", "single_word")) {
        if (added.path(flag).asBoolean(false)) {
          throw invalid(
              file, "added token '%s' has %s, which GGUF cannot express".formatted(text, flag));
        }
      }
      TokenKind kind =
          added.path("special").asBoolean(false) ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
      set(file, texts, kinds, text, added.path("id"), kind);
    }
    int unused = 0;
    for (int id = 0; id < size; id++) {
      if (kinds.get(id) == TokenKind.UNUSED) {
        texts.set(id, TokenKind.filler(id));
        unused++;
      }
    }
    return new TokenTable(texts, kinds, unused);
  }

  /** The tokens with other kinds where those of a model are not told apart by the files. */
  TokenTable withKinds(List<TokenKind> others) {
    return new TokenTable(texts, others, unused);
  }

  private static void set(
      Path file,
      List<String> texts,
      List<TokenKind> kinds,
      String text,
      JsonNode id,
      TokenKind kind)
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
    if (kinds.get(index) != TokenKind.UNUSED && !texts.get(index).equals(text)) {
      throw invalid(
          file,
          "tokens '%s' and '%s' have the same id %d".formatted(texts.get(index), text, index));
    }
    texts.set(index, text);
    kinds.set(index, kind);
  }

  private static InvalidInputException invalid(Path file, String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
