package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
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

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

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
   * libraries.
   *
   * @param maxPositions context length of the model, in tokens
   */
  public void write(Path folder, int maxPositions) throws IOException {
    write(folder.resolve(TextTokenizer.FILE_NAME), tokenizer());
    write(folder.resolve("tokenizer_config.json"), configuration(maxPositions));
  }

  private static void write(Path file, ObjectNode content) throws IOException {
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content);
    AtomicFile.writeString(file, text + "\n");
  }

  private ObjectNode tokenizer() {
    ObjectNode root = NODES.objectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int i = 0; i < SPECIAL.size(); i++) {
      added.add(NODES.objectNode().put("id", beginOfText() + i).setAll(special(SPECIAL.get(i))));
    }
    root.putNull("normalizer");
    root.set("pre_tokenizer", preTokenizer());
    root.set("post_processor", postProcessor());
    root.set("decoder", byteLevel(true, true, true));
    root.set("model", model());
    return root;
  }

  private static ObjectNode special(String content) {
    return NODES
        .objectNode()
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static ObjectNode byteLevel(boolean prefixSpace, boolean trimOffsets, boolean regex) {
    return NODES
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", trimOffsets)
        .put("use_regex", regex);
  }

  private static ObjectNode preTokenizer() {
    ObjectNode split = NODES.objectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", PreTokenizer.EXPRESSION);
    split.put("behavior", "Isolated").put("invert", false);
    ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
    sequence.putArray("pretokenizers").add(split).add(byteLevel(false, true, false));
    return sequence;
  }

  private ObjectNode postProcessor() {
    ObjectNode template = NODES.objectNode().put("type", "TemplateProcessing");
    template.putArray("single").add(specialAt(0)).add(textAt("A", 0));
    template
        .putArray("pair")
        .add(specialAt(0))
        .add(textAt("A", 0))
        .add(specialAt(1))
        .add(textAt("B", 1));
    ObjectNode begin = template.putObject("special_tokens").putObject(BEGIN_OF_TEXT);
    begin.put("id", BEGIN_OF_TEXT);
    begin.putArray("ids").add(beginOfText());
    begin.putArray("tokens").add(BEGIN_OF_TEXT);
    ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
    sequence.putArray("processors").add(byteLevel(true, false, true)).add(template);
    return sequence;
  }

  private static ObjectNode specialAt(int type) {
    ObjectNode node = NODES.objectNode();
    node.putObject("SpecialToken").put("id", BEGIN_OF_TEXT).put("type_id", type);
    return node;
  }

  private static ObjectNode textAt(String id, int type) {
    ObjectNode node = NODES.objectNode();
    node.putObject("Sequence").put("id", id).put("type_id", type);
    return node;
  }

  private ObjectNode model() {
    ObjectNode model = NODES.objectNode().put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", true);
    ObjectNode vocabulary = model.putObject("vocab");
    List<String> tokens = tokens();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode joined = model.putArray("merges");
    merges.forEach(merge -> joined.add(merge.left() + " " + merge.right()));
    return model;
  }

  private ObjectNode configuration(int maxPositions) {
    ObjectNode root = NODES.objectNode();
    ObjectNode added = root.putObject("added_tokens_decoder");
    for (int i = 0; i < SPECIAL.size(); i++) {
      added.set(Integer.toString(beginOfText() + i), special(SPECIAL.get(i)));
    }
    root.put("bos_token", BEGIN_OF_TEXT);
    root.put("eos_token", END_OF_TEXT);
    root.put("clean_up_tokenization_spaces", false);
    root.putArray("model_input_names").add("input_ids").add("attention_mask");
    root.put("model_max_length", maxPositions);
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    return root;
  }
}
