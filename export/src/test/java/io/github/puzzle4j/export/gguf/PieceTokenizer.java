package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A small tokenizer in the layout of Llama 2's: SentencePiece's BPE in {@code tokenizer.json}. */
final class PieceTokenizer {

  private static final String SPACE = "\u2581";
  private static final String TEXT =
      "the cat sat on the mat and the dog sat on the log, a small model tells a small story";

  /** Rows of an embedding that has them all. */
  static final int SIZE = 330;

  private static final int MERGES = 40;

  private PieceTokenizer() {}

  /**
   * Writes it over the tokenizer of a folder.
   *
   * @param addsSpace whether a space is put before a text
   */
  static void write(Path folder, boolean addsSpace) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String special : List.of("<unk>", "<s>", "</s>")) {
      ids.put(special, ids.size());
    }
    for (int octet = 0; octet < 256; octet++) {
      ids.put("<0x%02X>".formatted(octet), ids.size());
    }
    List<String> parts = new ArrayList<>(List.of(TEXT.replace(" ", SPACE).split("")));
    List<String> pieces = new ArrayList<>(parts.stream().distinct().sorted().toList());
    int letters = pieces.size();
    while (pieces.size() < letters + MERGES) {
      String best = mostFrequent(parts);
      pieces.add(best);
      join(parts, best);
    }
    pieces.forEach(piece -> ids.put(piece, ids.size()));
    ObjectNode root = Json.read(folder.resolve("tokenizer.json"), ObjectNode.class);
    putRules(root, addsSpace);
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE").put("unk_token", "<unk>");
    model.put("fuse_unk", true).put("byte_fallback", true);
    ids.forEach(model.putObject("vocab")::put);
    ArrayNode merges = model.putArray("merges");
    for (String piece : pieces) {
      for (int at = 1; at < piece.length(); at++) {
        if (pieces.contains(piece.substring(0, at)) && pieces.contains(piece.substring(at))) {
          merges.addArray().add(piece.substring(0, at)).add(piece.substring(at));
        }
      }
    }
    Files.writeString(folder.resolve("tokenizer.json"), root.toString());
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"unk_token\": \"<unk>\"}");
  }

  private static void putRules(ObjectNode root, boolean addsSpace) {
    ArrayNode added = root.putArray("added_tokens");
    List<String> names = List.of("<unk>", "<s>", "</s>");
    for (String name : names) {
      added
          .addObject()
          .put("id", names.indexOf(name))
          .put("content", name)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ArrayNode steps = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (addsSpace) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    ObjectNode replace = steps.addObject().put("type", "Replace").put("content", SPACE);
    replace.putObject("pattern").put("String", " ");
    root.putNull("pre_tokenizer");
    root.putNull("post_processor");
    root.putNull("decoder");
  }

  private static String mostFrequent(List<String> parts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 1; i < parts.size(); i++) {
      counts.merge(parts.get(i - 1) + parts.get(i), 1, Integer::sum);
    }
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static void join(List<String> parts, String piece) {
    for (int i = 1; i < parts.size(); i++) {
      if ((parts.get(i - 1) + parts.get(i)).equals(piece)) {
        parts.set(i - 1, piece);
        parts.remove(i);
      }
    }
  }
}
