package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The tokenizer of a GGUF file.
 *
 * @param expression llama.cpp's name of the pre-tokenizer, which splits text before merging
 * @param begin the token that opens each text, if the tokenizer adds one
 * @param end the token that ends generation
 */
record GgufTokenizer(
    String expression,
    TokenTable tokens,
    List<String> merges,
    Optional<Integer> begin,
    int end,
    Optional<String> chatTemplate,
    List<String> notes) {

  private static final String FILE = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE = "chat_template.jinja";

  /**
   * Reads a byte-level BPE tokenizer.
   *
   * @throws InvalidInputException if the file is missing, or if llama.cpp would split or merge text
   *     differently
   */
  static GgufTokenizer read(Path folder, CommonParts common) throws IOException {
    Path file = folder.resolve(FILE);
    JsonNode root = Json.readTree(file);
    TokenizerRules rules = new TokenizerRules(file, root);
    rules.requireByteLevel();
    TokenTable tokens = TokenTable.read(file, root, common.vocabularySize());
    List<String> notes = new ArrayList<>();
    List<Integer> ends = common.specialTokens().end();
    if (ends.isEmpty()) {
      throw new InvalidInputException("config.json has no eos_token_id, which a GGUF file needs");
    }
    if (ends.size() > 1) {
      notes.add(
          "of the end tokens %s the file names the first; llama.cpp knows others by their text alone"
              .formatted(ends));
    }
    Optional<Integer> begin = rules.begin();
    for (int id : List.of(ends.getFirst(), begin.orElse(0))) {
      if (id >= common.vocabularySize()) {
        throw new InvalidInputException(
            "%s: special token %d is beyond the %d rows of the embedding"
                .formatted(file, id, common.vocabularySize()));
      }
    }
    if (tokens.unused() > 0) {
      notes.add("%d ids of the embedding have no token".formatted(tokens.unused()));
    }
    return new GgufTokenizer(
        rules.expression(),
        tokens,
        rules.merges(),
        begin,
        ends.getFirst(),
        chatTemplate(folder),
        List.copyOf(notes));
  }

  /** The template in the tokenizer's folder or config. */
  private static Optional<String> chatTemplate(Path folder) throws IOException {
    if (InputFile.isThere(folder.resolve(TEMPLATE))) {
      return Optional.of(Files.readString(InputFile.require(folder.resolve(TEMPLATE))));
    }
    if (!InputFile.isThere(folder.resolve(CONFIG))) {
      return Optional.empty();
    }
    JsonNode template = Json.readTree(folder.resolve(CONFIG)).path("chat_template");
    return template.isString() ? Optional.of(template.stringValue()) : Optional.empty();
  }

  void describe(GgufFile file) {
    file.put("tokenizer.ggml.model", "gpt2");
    file.put("tokenizer.ggml.pre", expression);
    file.putStrings("tokenizer.ggml.tokens", tokens.texts());
    file.putIntegers("tokenizer.ggml.token_type", tokens.types());
    file.putStrings("tokenizer.ggml.merges", merges);
    // Without one the loader uses id 11.
    file.putUnsigned("tokenizer.ggml.bos_token_id", begin.orElse(end));
    file.putUnsigned("tokenizer.ggml.eos_token_id", end);
    file.put("tokenizer.ggml.add_bos_token", begin.isPresent());
    chatTemplate.ifPresent(template -> file.put("tokenizer.chat_template", template));
  }
}
