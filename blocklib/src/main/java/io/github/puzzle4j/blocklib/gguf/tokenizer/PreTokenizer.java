package io.github.puzzle4j.blocklib.gguf.tokenizer;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a byte-level BPE cuts text before it merges: what llama.cpp does under a name, as {@code
 * tokenizer.json} says it. The table is a resource.
 *
 * @param names in GGUF files; the first is written
 * @param normalizer of {@code tokenizer.json}, or null. llama.cpp has none: text in which letters
 *     and accents are apart it may cut in another way
 * @param ignoreMerges whether a word that is a token is not merged from pieces
 * @param addsBegin whether the begin token opens a text where the file does not say
 * @param cutter {@code pre_tokenizer} of {@code tokenizer.json}
 */
public record PreTokenizer(
    List<String> names,
    JsonNode normalizer,
    boolean ignoreMerges,
    boolean addsBegin,
    JsonNode cutter) {

  private static final String TABLE = "pre-tokenizers.json";

  private static final List<PreTokenizer> ALL = read();

  public PreTokenizer {
    names = List.copyOf(names);
  }

  /** All that are known. */
  public static List<PreTokenizer> all() {
    return ALL;
  }

  /** The one of a name. */
  public static Optional<PreTokenizer> named(String name) {
    return ALL.stream().filter(known -> known.names.contains(name)).findFirst();
  }

  /**
   * The one that cuts as a {@code tokenizer.json} does.
   *
   * @param root the file
   */
  public static Optional<PreTokenizer> of(JsonNode root) {
    JsonNode cutter = plain(root.path("pre_tokenizer"));
    JsonNode normalizer = plain(root.path("normalizer"));
    boolean ignoreMerges = root.path("model").path("ignore_merges").asBoolean(false);
    return ALL.stream()
        .filter(known -> known.ignoreMerges == ignoreMerges)
        .filter(known -> plain(known.normalizer).equals(normalizer))
        .filter(known -> plain(known.cutter).equals(cutter))
        .findFirst();
  }

  /**
   * A step without what does not matter to tokens, and with its defaults; a sequence of one step is
   * that step, one of none is nothing.
   */
  private static JsonNode plain(JsonNode step) {
    return switch (step.path("type").asString("")) {
      case "Sequence" -> sequence(step);
      case "ByteLevel" ->
          kind("ByteLevel")
              .put("prefix", step.path("add_prefix_space").asBoolean(true))
              .put("regex", step.path("use_regex").asBoolean(true));
      case "Digits" ->
          kind("Digits").put("individual", step.path("individual_digits").asBoolean(false));
      case "Split" ->
          kind("Split")
              .put("behavior", step.path("behavior").asString(""))
              .put("invert", step.path("invert").asBoolean(false))
              .set("pattern", step.path("pattern"));
      case "" -> Json.mapper().nullNode();
      default -> step;
    };
  }

  private static ObjectNode kind(String type) {
    return Json.mapper().createObjectNode().put("type", type);
  }

  private static JsonNode sequence(JsonNode step) {
    ArrayNode steps = Json.mapper().createArrayNode();
    for (String key : List.of("pretokenizers", "normalizers")) {
      for (JsonNode each : step.path(key)) {
        JsonNode plain = plain(each);
        if (plain.isArray()) {
          plain.forEach(steps::add);
        } else if (!plain.isNull()) {
          steps.add(plain);
        }
      }
    }
    return switch (steps.size()) {
      case 0 -> Json.mapper().nullNode();
      case 1 -> steps.get(0);
      default -> steps;
    };
  }

  private static List<PreTokenizer> read() {
    try (InputStream stream = PreTokenizer.class.getResourceAsStream(TABLE)) {
      if (stream == null) {
        throw new IllegalStateException("%s is not in the jar".formatted(TABLE));
      }
      JsonNode table = Json.parse(TABLE, stream.readAllBytes(), JsonNode.class);
      return table.valueStream().map(PreTokenizer::entry).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static PreTokenizer entry(JsonNode entry) {
    return new PreTokenizer(
        entry.get("names").valueStream().map(JsonNode::stringValue).toList(),
        entry.get("normalizer"),
        entry.get("ignore_merges").booleanValue(),
        entry.get("adds_begin").booleanValue(),
        entry.get("pre_tokenizer"));
  }
}
