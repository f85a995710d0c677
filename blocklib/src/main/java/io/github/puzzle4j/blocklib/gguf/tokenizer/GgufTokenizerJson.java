package io.github.puzzle4j.blocklib.gguf.tokenizer;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.GgufMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code tokenizer.json} that tokenizes as llama.cpp does with the tokenizer of a GGUF file.
 */
final class GgufTokenizerJson {

  private static final String SPACE = "\u2581";

  private final GgufMetadata metadata;
  private final GgufVocabulary vocabulary;
  private final ObjectNode root = Json.mapper().createObjectNode();

  private GgufTokenizerJson(GgufMetadata metadata, GgufVocabulary vocabulary) {
    this.metadata = metadata;
    this.vocabulary = vocabulary;
  }

  /**
   * The tokenizer of a file.
   *
   * @throws InvalidInputException if its kind is not known or its lists contradict each other
   */
  static ObjectNode of(GgufVocabulary vocabulary) throws InvalidInputException {
    return new GgufTokenizerJson(vocabulary.metadata(), vocabulary).json();
  }

  private ObjectNode json() throws InvalidInputException {
    String model =
        metadata
            .text(GgufKeys.TOKENIZER_MODEL)
            .orElseThrow(() -> metadata.invalid("needs '%s'".formatted(GgufKeys.TOKENIZER_MODEL)));
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    putAddedTokens();
    switch (model) {
      case "gpt2" -> putByteLevel();
      case "llama" -> putSentencePiece();
      default ->
          throw metadata.invalid(
              "%s '%s' is not supported; gpt2 and llama are"
                  .formatted(GgufKeys.TOKENIZER_MODEL, model));
    }
    return root;
  }

  private void putAddedTokens() {
    ArrayNode added = root.putArray("added_tokens");
    vocabulary
        .ids()
        .forEach((text, id) -> {
          TokenKind kind = vocabulary.kinds().get(id);
          switch (kind) {
            case CONTROL, UNKNOWN, USER_DEFINED ->
                added
                    .addObject()
                    .put("id", id)
                    .put("content", text)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", kind != TokenKind.USER_DEFINED);
            case NORMAL, UNUSED, BYTE -> {
              // Only in the vocabulary.
            }
          }
        });
  }

  private void putByteLevel() throws InvalidInputException {
    String name =
        metadata
            .text(GgufKeys.TOKENIZER_PRE)
            .orElseThrow(() ->
                metadata.invalid(
                    "needs '%s': how text is cut is not known".formatted(GgufKeys.TOKENIZER_PRE)));
    PreTokenizer cutter =
        PreTokenizer.named(name)
            .orElseThrow(() ->
                metadata.invalid(
                    "%s '%s' is not supported; %s are"
                        .formatted(
                            GgufKeys.TOKENIZER_PRE,
                            name,
                            PreTokenizer.all().stream()
                                .flatMap(known -> known.names().stream())
                                .toList())));
    root.set("normalizer", cutter.normalizer());
    root.set("pre_tokenizer", cutter.cutter());
    ObjectNode bytes = byteLevel();
    ArrayNode processors = Json.mapper().createArrayNode().add(bytes.put("trim_offsets", false));
    if (putEnds(processors, cutter.addsBegin())) {
      root.putObject("post_processor").put("type", "Sequence").set("processors", processors);
    } else {
      root.set("post_processor", bytes);
    }
    root.set("decoder", byteLevel());
    ObjectNode model = putModel(cutter.ignoreMerges(), false);
    ArrayNode merges = model.putArray("merges");
    for (String merge : metadata.texts(GgufKeys.MERGES)) {
      // A token may begin with a space, but none of these contains one.
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw metadata.invalid("%s has '%s', no pair".formatted(GgufKeys.MERGES, merge));
      }
      putMerge(merges, merge.substring(0, space), merge.substring(space + 1));
    }
  }

  private void putMerge(ArrayNode merges, String left, String right) throws InvalidInputException {
    for (String text : List.of(left, right, left + right)) {
      if (!vocabulary.ids().containsKey(text)) {
        throw metadata.invalid(
            "%s has '%s %s', and '%s' is no token".formatted(GgufKeys.MERGES, left, right, text));
      }
    }
    merges.addArray().add(left).add(right);
  }

  private static ObjectNode byteLevel() {
    return Json.mapper()
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private void putSentencePiece() throws InvalidInputException {
    boolean prefix = metadata.flag(GgufKeys.ADD_SPACE).orElse(true);
    ArrayNode steps = Json.mapper().createArrayNode();
    if (prefix) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    steps.add(replace(" ", SPACE));
    root.putObject("normalizer").put("type", "Sequence").set("normalizers", steps);
    root.putNull("pre_tokenizer");
    ArrayNode processors = Json.mapper().createArrayNode();
    if (putEnds(processors, true)) {
      root.set("post_processor", processors.get(0));
    } else {
      root.putNull("post_processor");
    }
    ArrayNode decoders = Json.mapper().createArrayNode().add(replace(SPACE, " "));
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    root.putObject("decoder").put("type", "Sequence").set("decoders", decoders);
    ObjectNode model = putModel(false, true);
    OptionalInt unknown = vocabulary.special(GgufKeys.UNKNOWN);
    if (unknown.isPresent()) {
      model.put("unk_token", vocabulary.texts().get(unknown.getAsInt()));
    }
    putScoredMerges(model.putArray("merges"));
  }

  private static ObjectNode replace(String from, String to) {
    ObjectNode node = Json.mapper().createObjectNode().put("type", "Replace");
    node.putObject("pattern").put("String", from);
    return node.put("content", to);
  }

  private void putScoredMerges(ArrayNode merges) throws InvalidInputException {
    float[] scores = metadata.floats(GgufKeys.SCORES);
    int tokens = vocabulary.texts().size();
    if (scores.length != tokens) {
      throw metadata.invalid(
          "%s has %d items for %d tokens".formatted(GgufKeys.SCORES, scores.length, tokens));
    }
    Map<String, Integer> pieces = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> token : vocabulary.ids().entrySet()) {
      if (vocabulary.kinds().get(token.getValue()) == TokenKind.NORMAL) {
        pieces.put(token.getKey(), token.getValue());
        if (!Float.isFinite(scores[token.getValue()])) {
          throw metadata.invalid(
              "%s[%d] is %s"
                  .formatted(GgufKeys.SCORES, token.getValue(), scores[token.getValue()]));
        }
      }
    }
    for (ScoredMerges.Merge merge : ScoredMerges.of(pieces, scores)) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
  }

  private ObjectNode putModel(boolean ignoreMerges, boolean byteFallback) {
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", byteFallback);
    model.put("byte_fallback", byteFallback);
    model.put("ignore_merges", ignoreMerges);
    ObjectNode ids = model.putObject("vocab");
    vocabulary.ids().forEach(ids::put);
    return model;
  }

  /** Adds the step that puts begin and end token around a text, if there is one to put. */
  private boolean putEnds(ArrayNode processors, boolean addsBegin) throws InvalidInputException {
    OptionalInt begin =
        metadata.flag(GgufKeys.ADD_BEGIN).orElse(addsBegin)
            ? vocabulary.special(GgufKeys.BEGIN)
            : OptionalInt.empty();
    OptionalInt end =
        metadata.flag(GgufKeys.ADD_END).orElse(false)
            ? vocabulary.special(GgufKeys.END)
            : OptionalInt.empty();
    if (begin.isEmpty() && end.isEmpty()) {
      return false;
    }
    ObjectNode template = processors.addObject().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    ObjectNode tokens = template.putObject("special_tokens");
    putText(single, begin, end, tokens, "A", 0);
    putText(pair, begin, end, tokens, "A", 0);
    putText(pair, begin, end, tokens, "B", 1);
    return true;
  }

  private void putText(
      ArrayNode to, OptionalInt begin, OptionalInt end, ObjectNode tokens, String text, int type) {
    begin.ifPresent(id -> putToken(to, id, tokens, type));
    to.addObject().putObject("Sequence").put("id", text).put("type_id", type);
    end.ifPresent(id -> putToken(to, id, tokens, type));
  }

  private void putToken(ArrayNode to, int id, ObjectNode tokens, int type) {
    String text = vocabulary.texts().get(id);
    to.addObject().putObject("SpecialToken").put("id", text).put("type_id", type);
    ObjectNode token = tokens.putObject(text).put("id", text);
    JsonNode texts = Json.mapper().createArrayNode().add(text);
    token.putArray("ids").add(id);
    token.set("tokens", texts);
  }
}
