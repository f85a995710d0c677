package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.gguf.tokenizer.PreTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Translates the rules of a {@code tokenizer.json} to llama.cpp's. Rules that llama.cpp would apply
 * differently are rejected: wrong tokens cause no error later, only bad text.
 *
 * @param file for messages
 */
record TokenizerRules(Path file, JsonNode root) {

  boolean isByteFallback() {
    return root.path("model").path("byte_fallback").asBoolean(false);
  }

  void requireBpe() throws InvalidInputException {
    String type = root.path("model").path("type").asString("");
    if (!type.equals("BPE")) {
      throw invalid("the model is '%s'; only BPE is written to GGUF".formatted(type));
    }
    if (root.path("model").path("vocab").isEmpty()) {
      throw invalid("model.vocab has no tokens");
    }
  }

  /**
   * The rules of llama.cpp that cut and merge text as this tokenizer does.
   *
   * @throws InvalidInputException if it has none
   */
  PreTokenizer byteLevel() throws InvalidInputException {
    requireByteLevel();
    return PreTokenizer.of(root)
        .orElseThrow(() ->
            invalid(
                "its pre_tokenizer, normalizer and model.ignore_merges are together none of those that GGUF has names for: %s"
                    .formatted(
                        PreTokenizer.all().stream()
                            .map(known -> known.names().getFirst())
                            .toList())));
  }

  private void requireByteLevel() throws InvalidInputException {
    // Without a decoder texts are encoded all the same.
    if (!root.path("decoder").path("type").asString("ByteLevel").equals("ByteLevel")) {
      throw invalid("the decoder is not ByteLevel");
    }
    JsonNode model = root.path("model");
    for (String key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      if (present(model.path(key)) && !model.path(key).asString("-").isEmpty()) {
        throw invalid("model.%s=%s cannot be written to GGUF".formatted(key, model.path(key)));
      }
    }
    if (model.path("fuse_unk").asBoolean(false)) {
      throw invalid("model.fuse_unk cannot be written to GGUF");
    }
  }

  /** The merges as "left right", from either of the two spellings. */
  List<String> merges() throws InvalidInputException {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : root.path("model").path("merges")) {
      if (merge.isString() && merge.stringValue().split(" ", -1).length == 2) {
        merges.add(merge.stringValue());
      } else if (merge.size() == 2 && merge.path(0).isString() && merge.path(1).isString()) {
        merges.add(merge.path(0).stringValue() + " " + merge.path(1).stringValue());
      } else {
        throw invalid("merge %s is not a pair of tokens".formatted(merge));
      }
    }
    return List.copyOf(merges);
  }

  /** The tokens that are put before and behind each text, if any are. */
  Ends ends() throws InvalidInputException {
    JsonNode processor = root.path("post_processor");
    Ends ends = new Ends(Optional.empty(), Optional.empty());
    List<JsonNode> steps = new ArrayList<>();
    if (processor.path("type").asString("").equals("Sequence")) {
      processor.path("processors").forEach(steps::add);
    } else if (present(processor)) {
      steps.add(processor);
    }
    for (JsonNode step : steps) {
      switch (step.path("type").asString("")) {
        case "ByteLevel" -> {
          // Changes offsets only.
        }
        case "TemplateProcessing" -> ends = templateEnds(step);
        default ->
            throw invalid(
                "post_processor %s cannot be written to GGUF".formatted(step.path("type")));
      }
    }
    return ends;
  }

  /** Ids that are put before and behind a text. */
  record Ends(Optional<Integer> begin, Optional<Integer> end) {}

  private Ends templateEnds(JsonNode template) throws InvalidInputException {
    JsonNode single = template.path("single");
    int text = 0;
    while (text < single.size() && !single.path(text).has("Sequence")) {
      text++;
    }
    if (text > 1 || single.size() - text < 1 || single.size() - text > 2) {
      throw invalid("the post_processor adds more than one token before or behind the text");
    }
    return new Ends(
        text == 0 ? Optional.empty() : Optional.of(specialId(template, single.path(0))),
        text + 1 == single.size()
            ? Optional.empty()
            : Optional.of(specialId(template, single.path(text + 1))));
  }

  private int specialId(JsonNode template, JsonNode piece) throws InvalidInputException {
    String name = piece.path("SpecialToken").path("id").asString("");
    JsonNode ids = template.path("special_tokens").path(name).path("ids");
    if (ids.size() != 1 || !ids.path(0).canConvertToInt()) {
      throw invalid("the post_processor adds more than one token at once");
    }
    return ids.path(0).intValue();
  }

  static boolean present(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }

  InvalidInputException invalid(String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
