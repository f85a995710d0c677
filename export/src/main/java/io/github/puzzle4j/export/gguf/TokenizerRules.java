package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
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

  /** The pre-tokenizer of Llama 3. */
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  void requireByteLevel() throws InvalidInputException {
    String type = root.path("model").path("type").asString("");
    if (!type.equals("BPE")) {
      throw invalid("the model is '%s'; only byte-level BPE is written to GGUF".formatted(type));
    }
    if (present(root.path("normalizer"))) {
      throw invalid("it has a normalizer, and llama.cpp has none for BPE");
    }
    // Without a decoder texts are encoded all the same.
    if (!root.path("decoder").path("type").asString("ByteLevel").equals("ByteLevel")) {
      throw invalid("the decoder is not ByteLevel");
    }
    JsonNode model = root.path("model");
    if (model.path("vocab").isEmpty()) {
      throw invalid("model.vocab has no tokens");
    }
    for (String key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      if (present(model.path(key)) && !model.path(key).asString("-").isEmpty()) {
        throw invalid("model.%s=%s cannot be written to GGUF".formatted(key, model.path(key)));
      }
    }
    for (String key : List.of("byte_fallback", "fuse_unk")) {
      if (model.path(key).asBoolean(false)) {
        throw invalid("model.%s cannot be written to GGUF".formatted(key));
      }
    }
  }

  /** llama.cpp's name of the rules that split and merge text as this tokenizer does. */
  String expression() throws InvalidInputException {
    JsonNode cutter = root.path("pre_tokenizer");
    boolean wholeWordsFirst = root.path("model").path("ignore_merges").asBoolean(false);
    if (isByteLevel(cutter, true) && !wholeWordsFirst) {
      return "gpt-2";
    }
    JsonNode steps = cutter.path("pretokenizers");
    if (cutter.path("type").asString("").equals("Sequence")
        && steps.size() == 2
        && isLlama3Split(steps.path(0))
        && isByteLevel(steps.path(1), false)) {
      // Two names for one expression: the second does not look up whole words before merging.
      return wholeWordsFirst ? "llama-bpe" : "smaug-bpe";
    }
    if (cutter.path("type").asString("").equals("Sequence")
        && steps.size() == 2
        && steps.path(0).path("type").asString("").equals("Digits")
        && steps.path(0).path("individual_digits").asBoolean(false)
        && isByteLevel(steps.path(1), true)
        && !wholeWordsFirst) {
      return "smollm";
    }
    throw invalid("the pre_tokenizer is none of those of GPT-2, Llama 3 and SmolLM");
  }

  private static boolean isByteLevel(JsonNode step, boolean ownExpression) {
    return step.path("type").asString("").equals("ByteLevel")
        && !step.path("add_prefix_space").asBoolean(true)
        && step.path("use_regex").asBoolean(true) == ownExpression;
  }

  private static boolean isLlama3Split(JsonNode step) {
    return step.path("type").asString("").equals("Split")
        && step.path("pattern").path("Regex").asString("").equals(LLAMA3)
        && step.path("behavior").asString("").equals("Isolated")
        && !step.path("invert").asBoolean(false);
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

  private static boolean present(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }

  private InvalidInputException invalid(String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
