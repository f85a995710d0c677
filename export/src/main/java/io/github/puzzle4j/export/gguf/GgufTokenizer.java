package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.corpus.TokenizerFiles;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.tokenizer.PreTokenizer;
import io.github.puzzle4j.blocklib.gguf.tokenizer.TokenKind;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of a GGUF file.
 *
 * @param addsBegin whether the begin token opens each text
 * @param addsEnd whether the end token closes each text
 * @param chatTemplates by name
 */
record GgufTokenizer(
    Kind kind,
    TokenTable tokens,
    SpecialIds special,
    boolean addsBegin,
    boolean addsEnd,
    Map<String, String> chatTemplates,
    List<String> notes) {

  /** What llama.cpp does with a text. */
  sealed interface Kind {

    /**
     * A byte-level BPE.
     *
     * @param cutter llama.cpp's name of the pre-tokenizer, which cuts text before merging
     */
    record ByteLevel(String cutter, List<String> merges) implements Kind {}

    /**
     * A BPE of SentencePiece.
     *
     * @param addsSpace whether a space is put before a text
     * @param scores by id
     */
    record SentencePiece(boolean addsSpace, List<Float> scores) implements Kind {}
  }

  /**
   * Reads a tokenizer.
   *
   * @throws InvalidInputException if the file is missing, or if llama.cpp would split or merge text
   *     differently
   */
  static GgufTokenizer read(Path folder, CommonParts common) throws IOException {
    TokenizerFiles files = TokenizerFiles.read(folder);
    TokenizerRules rules = new TokenizerRules(files.file(), files.root());
    rules.requireBpe();
    List<String> notes = new ArrayList<>();
    TokenTable tokens = TokenTable.read(files.file(), files.root(), common.vocabularySize());
    Kind kind;
    if (rules.isByteFallback()) {
      SentencePieceRules.Pieces pieces = new SentencePieceRules(rules, tokens).read();
      tokens = tokens.withKinds(pieces.kinds());
      kind = new Kind.SentencePiece(pieces.addsSpace(), pieces.scores());
      notes.addAll(pieces.notes());
    } else {
      PreTokenizer cutter = rules.byteLevel();
      kind = new Kind.ByteLevel(cutter.names().getFirst(), rules.merges());
      if (!cutter.normalizer().isNull()) {
        notes.add(
            "llama.cpp does not normalise text; where letters and accents are apart it makes other tokens");
      }
    }
    TokenizerRules.Ends ends = rules.ends();
    SpecialIds special = SpecialIds.read(folder, files, common, ends);
    notes.addAll(special.notes());
    if (tokens.unused() > 0) {
      notes.add("%d ids of the embedding have no token".formatted(tokens.unused()));
    }
    return new GgufTokenizer(
        kind,
        tokens,
        special,
        ends.begin().isPresent(),
        ends.end().isPresent(),
        ChatTemplate.sources(folder),
        List.copyOf(notes));
  }

  void describe(GgufWriter file) {
    switch (kind) {
      case Kind.ByteLevel(String cutter, List<String> _) -> {
        file.put(GgufKeys.TOKENIZER_MODEL, "gpt2");
        file.put(GgufKeys.TOKENIZER_PRE, cutter);
      }
      case Kind.SentencePiece(boolean addsSpace, List<Float> _) -> {
        file.put(GgufKeys.TOKENIZER_MODEL, "llama");
        file.put(GgufKeys.TOKENIZER_PRE, "default");
        file.put(GgufKeys.ADD_SPACE, addsSpace);
      }
    }
    file.putStrings(GgufKeys.TOKENS, tokens.texts());
    file.putIntegers(GgufKeys.TOKEN_TYPES, tokens.kinds().stream().map(TokenKind::code).toList());
    switch (kind) {
      case Kind.ByteLevel(String _, List<String> merges) ->
          file.putStrings(GgufKeys.MERGES, merges);
      case Kind.SentencePiece(boolean _, List<Float> scores) -> {
        file.putFloats(GgufKeys.SCORES, scores);
        int unknown = tokens.kinds().indexOf(TokenKind.UNKNOWN);
        if (unknown >= 0) {
          file.putUnsigned(GgufKeys.UNKNOWN, unknown);
        }
      }
    }
    special.begin().ifPresent(id -> file.putUnsigned(GgufKeys.BEGIN, id));
    file.putUnsigned(GgufKeys.END, special.end());
    file.put(GgufKeys.ADD_BEGIN, addsBegin);
    file.put(GgufKeys.ADD_END, addsEnd);
    describeTemplates(file);
  }

  private void describeTemplates(GgufWriter file) {
    chatTemplates.forEach((name, template) ->
        file.put(
            name.equals(ChatTemplate.DEFAULT)
                ? GgufKeys.CHAT_TEMPLATE
                : GgufKeys.CHAT_TEMPLATE + "." + name,
            template));
    List<String> further =
        chatTemplates.keySet().stream().filter(name -> !name.equals(ChatTemplate.DEFAULT)).toList();
    if (!further.isEmpty()) {
      file.putStrings(GgufKeys.CHAT_TEMPLATES, further);
    }
  }
}
