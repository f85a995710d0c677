package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A byte-level BPE vocabulary laid out as in Llama 3: the 256 bytes, one token per merge, then the
 * two special tokens.
 *
 * @param merges in order of priority
 */
public record BpeVocabulary(List<Merge> merges) {

  /** Precedes every document. */
  public static final String BEGIN_OF_TEXT = "<|begin_of_text|>";

  /** Ends a document. */
  public static final String END_OF_TEXT = "<|end_of_text|>";

  static final List<String> SPECIAL = List.of(BEGIN_OF_TEXT, END_OF_TEXT);

  private static final String CONFIGURATION = "tokenizer_config.json";

  /**
   * Two tokens that are merged.
   *
   * @param left in the byte alphabet
   * @param right in the byte alphabet
   */
  public record Merge(String left, String right) {}

  public BpeVocabulary {
    merges = List.copyOf(merges);
    Set<String> known = new HashSet<>(ByteAlphabet.inOrder());
    for (Merge merge : merges) {
      if (!known.contains(merge.left()) || !known.contains(merge.right())) {
        throw new IllegalArgumentException(
            "%s joins tokens that no earlier merge produces".formatted(merge));
      }
      known.add(merge.left() + merge.right());
    }
  }

  /** Number of tokens, including the special tokens. */
  public int size() {
    return tokens().size() + SPECIAL.size();
  }

  /** The id of {@link #BEGIN_OF_TEXT}. */
  public int beginOfText() {
    return tokens().size();
  }

  /** The id of {@link #END_OF_TEXT}. */
  public int endOfText() {
    return tokens().size() + 1;
  }

  /** Tokens except the special ones, in the byte alphabet, by id. */
  public List<String> tokens() {
    Set<String> seen = new HashSet<>(ByteAlphabet.inOrder());
    List<String> tokens = new ArrayList<>(ByteAlphabet.inOrder());
    for (Merge merge : merges) {
      String token = merge.left() + merge.right();
      if (seen.add(token)) {
        tokens.add(token);
      }
    }
    return List.copyOf(tokens);
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json} in the format of Hugging Face's
   * libraries: the resources of these names, with the values that differ between vocabularies.
   *
   * @param maxPositions context length of the model, in tokens
   */
  public void write(Path folder, int maxPositions) throws IOException {
    ObjectNode tokenizer = resource(TextTokenizer.FILE_NAME);
    ObjectNode configuration = resource(CONFIGURATION);
    ObjectNode decoder = configuration.withObject("/added_tokens_decoder");
    for (int i = 0; i < SPECIAL.size(); i++) {
      ObjectNode added = tokenizer.withObject("/added_tokens/" + i);
      decoder.set(Integer.toString(beginOfText() + i), added.deepCopy().without("id"));
      added.put("id", beginOfText() + i);
    }
    configuration.put("model_max_length", maxPositions);
    tokenizer
        .withObject("/pre_tokenizer/pretokenizers/0/pattern")
        .put("Regex", PreTokenizer.EXPRESSION);
    tokenizer
        .withObject("/post_processor/processors/1/special_tokens/" + BEGIN_OF_TEXT)
        .withArray("ids")
        .add(beginOfText());
    ObjectNode model = tokenizer.withObject("/model");
    ObjectNode vocabulary = model.withObject("/vocab");
    tokens().forEach(token -> vocabulary.put(token, vocabulary.size()));
    ArrayNode joined = model.withArray("merges");
    merges.forEach(merge -> joined.add(merge.left() + " " + merge.right()));
    write(folder.resolve(TextTokenizer.FILE_NAME), tokenizer);
    write(folder.resolve(CONFIGURATION), configuration);
  }

  private static ObjectNode resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(BpeVocabulary.class.getResourceAsStream(name), name)) {
      return Json.parse(name, stream.readAllBytes(), ObjectNode.class);
    }
  }

  private static void write(Path file, ObjectNode content) throws IOException {
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content);
    AtomicFile.writeString(file, text + "\n");
  }
}
