package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.corpus.TokenizerFiles;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of a GGUF file.
 *
 * @param expression llama.cpp's name of the pre-tokenizer, which splits text before merging
 * @param addsBegin whether the begin token opens each text
 * @param addsEnd whether the end token closes each text
 * @param chatTemplates by name
 */
record GgufTokenizer(
    String expression,
    TokenTable tokens,
    List<String> merges,
    SpecialIds special,
    boolean addsBegin,
    boolean addsEnd,
    Map<String, String> chatTemplates,
    List<String> notes) {

  /**
   * Reads a byte-level BPE tokenizer.
   *
   * @throws InvalidInputException if the file is missing, or if llama.cpp would split or merge text
   *     differently
   */
  static GgufTokenizer read(Path folder, CommonParts common) throws IOException {
    TokenizerFiles files = TokenizerFiles.read(folder);
    TokenizerRules rules = new TokenizerRules(files.file(), files.root());
    rules.requireByteLevel();
    TokenTable tokens = TokenTable.read(files.file(), files.root(), common.vocabularySize());
    TokenizerRules.Ends ends = rules.ends();
    SpecialIds special = SpecialIds.read(folder, files, common, ends);
    List<String> notes = new ArrayList<>(special.notes());
    if (tokens.unused() > 0) {
      notes.add("%d ids of the embedding have no token".formatted(tokens.unused()));
    }
    return new GgufTokenizer(
        rules.expression(),
        tokens,
        rules.merges(),
        special,
        ends.begin().isPresent(),
        ends.end().isPresent(),
        ChatTemplate.sources(folder),
        List.copyOf(notes));
  }

  void describe(GgufFile file) {
    file.put("tokenizer.ggml.model", "gpt2");
    file.put("tokenizer.ggml.pre", expression);
    file.putStrings("tokenizer.ggml.tokens", tokens.texts());
    file.putIntegers("tokenizer.ggml.token_type", tokens.types());
    file.putStrings("tokenizer.ggml.merges", merges);
    special.begin().ifPresent(id -> file.putUnsigned("tokenizer.ggml.bos_token_id", id));
    file.putUnsigned("tokenizer.ggml.eos_token_id", special.end());
    file.put("tokenizer.ggml.add_bos_token", addsBegin);
    file.put("tokenizer.ggml.add_eos_token", addsEnd);
    chatTemplates.forEach((name, template) ->
        file.put(
            name.equals(ChatTemplate.DEFAULT)
                ? "tokenizer.chat_template"
                : "tokenizer.chat_template." + name,
            template));
    List<String> further =
        chatTemplates.keySet().stream().filter(name -> !name.equals(ChatTemplate.DEFAULT)).toList();
    if (!further.isEmpty()) {
      file.putStrings("tokenizer.chat_templates", further);
    }
  }
}
