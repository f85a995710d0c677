package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.gguf.tokenizer.TokenKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A BPE as SentencePiece has it, such as Llama 2's: spaces are {@code U+2581}, text is not cut
 * before it is merged, and what has no token is bytes. llama.cpp merges by the score of the token
 * that results, {@code tokenizer.json} by the rank of the pair: both are the same only where all
 * ways to make a token have ranks in a row.
 */
record SentencePieceRules(TokenizerRules rules, TokenTable table) {

  private static final String SPACE = "\u2581";

  /** Below that of all merges. */
  private static final float NEVER = -1e9f;

  /**
   * How such a tokenizer is written.
   *
   * @param addsSpace whether a space is put before a text
   * @param scores by id
   * @param kinds by id
   */
  record Pieces(boolean addsSpace, List<Float> scores, List<TokenKind> kinds, List<String> notes) {}

  /**
   * Checks the rules.
   *
   * @throws InvalidInputException if llama.cpp would tokenize differently
   */
  Pieces read() throws InvalidInputException {
    JsonNode model = rules.root().path("model");
    for (String key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      if (TokenizerRules.present(model.path(key)) && !model.path(key).asString("-").isEmpty()) {
        throw rules.invalid(
            "model.%s=%s cannot be written to GGUF".formatted(key, model.path(key)));
      }
    }
    if (model.path("ignore_merges").asBoolean(false)) {
      throw rules.invalid("model.ignore_merges cannot be written to GGUF with byte_fallback");
    }
    List<String> notes = new ArrayList<>();
    boolean addsSpace = addsSpace(notes);
    List<TokenKind> kinds = kinds(model.path("unk_token").asString(""));
    return new Pieces(addsSpace, scores(kinds, notes), kinds, List.copyOf(notes));
  }

  /** Either two steps of a normalizer, or the one step of a pre-tokenizer that does both. */
  private boolean addsSpace(List<String> notes) throws InvalidInputException {
    JsonNode normalizer = rules.root().path("normalizer");
    JsonNode cutter = rules.root().path("pre_tokenizer");
    if (TokenizerRules.present(cutter)) {
      if (TokenizerRules.present(normalizer)
          || !cutter.path("type").asString("").equals("Metaspace")
          || cutter.path("split").asBoolean(true)
          || !cutter.path("replacement").asString("").equals(SPACE)) {
        throw rules.invalid(
            "with byte_fallback the pre_tokenizer must be absent, or Metaspace that does not split");
      }
      String scheme = cutter.path("prepend_scheme").asString("always");
      if (!scheme.equals("never")) {
        notes.add(
            "llama.cpp puts a space also before text that begins with one or follows a special token");
      }
      return !scheme.equals("never");
    }
    List<JsonNode> steps = new ArrayList<>();
    if (normalizer.path("type").asString("").equals("Sequence")) {
      normalizer.path("normalizers").forEach(steps::add);
    } else {
      steps.add(normalizer);
    }
    boolean prepends =
        steps.size() == 2
            && steps.getFirst().path("type").asString("").equals("Prepend")
            && steps.getFirst().path("prepend").asString("").equals(SPACE);
    JsonNode last = steps.isEmpty() ? normalizer : steps.getLast();
    boolean replaces =
        last.path("type").asString("").equals("Replace")
            && last.path("pattern").path("String").asString("").equals(" ")
            && last.path("content").asString("").equals(SPACE);
    if (!replaces || steps.size() > (prepends ? 2 : 1)) {
      throw rules.invalid(
          "with byte_fallback the normalizer must replace spaces by %s, with or without one put before, and do nothing else"
              .formatted(SPACE));
    }
    return prepends;
  }

  private List<TokenKind> kinds(String unknown) throws InvalidInputException {
    List<TokenKind> kinds = new ArrayList<>(table.kinds());
    int bytes = 0;
    for (int id = 0; id < kinds.size(); id++) {
      String text = table.texts().get(id);
      if (text.equals(unknown)) {
        kinds.set(id, TokenKind.UNKNOWN);
      } else if (kinds.get(id) == TokenKind.NORMAL && text.matches("<0x[0-9A-F]{2}>")) {
        kinds.set(id, TokenKind.BYTE);
        bytes++;
      }
    }
    if (bytes != 1 << Byte.SIZE) {
      throw rules.invalid(
          "has tokens for %d bytes; with byte_fallback a GGUF file needs all 256".formatted(bytes));
    }
    return kinds;
  }

  /** By the first merge that makes a token. */
  private List<Float> scores(List<TokenKind> kinds, List<String> notes)
      throws InvalidInputException {
    Map<String, Integer> first = new HashMap<>();
    Set<String> pairs = new HashSet<>();
    String before = "";
    int rank = 0;
    for (String merge : rules.merges()) {
      String text = merge.replace(" ", "");
      if (first.putIfAbsent(text, rank) != null && !text.equals(before)) {
        throw rules.invalid(
            "the merges that make '%s' are not one behind the other, as llama.cpp has them"
                .formatted(text));
      }
      pairs.add(merge);
      before = text;
      rank++;
    }
    List<Float> scores = new ArrayList<>(Collections.nCopies(kinds.size(), 0f));
    Set<String> pieces = pieces(kinds);
    List<String> unmade = new ArrayList<>();
    for (int id = 0; id < kinds.size(); id++) {
      if (kinds.get(id) == TokenKind.NORMAL) {
        String text = table.texts().get(id);
        List<String> ways = ways(text, pieces);
        Integer own = first.get(text);
        scores.set(id, own == null ? NEVER : -own.floatValue());
        if (own == null && !ways.isEmpty()) {
          unmade.add(text);
        } else if (!pairs.containsAll(ways)) {
          throw rules.invalid(
              "there is no merge for each way to make '%s' of two tokens, and llama.cpp has them all"
                  .formatted(text));
        }
      }
    }
    if (!unmade.isEmpty()) {
      notes.add(
          "llama.cpp may make %d token(s) that the tokenizer never makes, such as '%s'"
              .formatted(unmade.size(), unmade.getFirst()));
    }
    return List.copyOf(scores);
  }

  private Set<String> pieces(List<TokenKind> kinds) {
    Set<String> pieces = new HashSet<>();
    for (int id = 0; id < kinds.size(); id++) {
      if (kinds.get(id) == TokenKind.NORMAL) {
        pieces.add(table.texts().get(id));
      }
    }
    return pieces;
  }

  private static List<String> ways(String text, Set<String> pieces) {
    List<String> ways = new ArrayList<>();
    int at = text.offsetByCodePoints(0, 1);
    while (at < text.length()) {
      if (pieces.contains(text.substring(0, at)) && pieces.contains(text.substring(at))) {
        ways.add(text.substring(0, at) + " " + text.substring(at));
      }
      at += Character.charCount(text.codePointAt(at));
    }
    return ways;
  }
}
