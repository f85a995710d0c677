package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.corpus.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * Begin and end token of a model: those that the tokenizer adds to a text, else those that {@code
 * tokenizer_config.json} or {@code special_tokens_map.json} name, else those of {@code
 * config.json}, else those of {@code generation_config.json}.
 *
 * @param begin none if no file names one; the end token never stands in for it
 * @param notes which file won, and what was left out
 */
record SpecialIds(Optional<Integer> begin, int end, List<String> notes) {

  private static final String GENERATION = "generation_config.json";

  /** An id and where it was found. */
  private record Found(int id, String source) {}

  SpecialIds {
    notes = List.copyOf(notes);
  }

  /**
   * Looks for both tokens.
   *
   * @throws InvalidInputException if no file names an end token, or a token has no row in the
   *     embedding
   */
  static SpecialIds read(
      Path folder, TokenizerFiles files, CommonParts common, TokenizerRules.Ends ends)
      throws IOException {
    Path path = folder.resolve(GENERATION);
    JsonNode generation =
        InputFile.isThere(path) ? Json.readTree(path) : Json.mapper().createObjectNode();
    List<Found> begins =
        found(files, ends.begin(), "bos_token", common.specialTokens().begin(), generation);
    List<Found> all =
        found(files, ends.end(), "eos_token", common.specialTokens().end(), generation);
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "config.json has no eos_token_id, and %s no eos_token; a GGUF file needs one"
              .formatted(folder.resolve("tokenizer_config.json")));
    }
    List<String> notes = new ArrayList<>();
    Found end = all.getFirst();
    notes.add("end token %d, from %s".formatted(end.id(), end.source()));
    List<Integer> others =
        all.stream().map(Found::id).filter(id -> id != end.id()).distinct().toList();
    if (!others.isEmpty()) {
      notes.add(
          "the end tokens %s are left out; llama.cpp knows others by their text alone"
              .formatted(others));
    }
    Optional<Found> begin = begins.stream().findFirst();
    notes.add(
        begin
            .map(it -> "begin token %d, from %s".formatted(it.id(), it.source()))
            .orElse("no file names a begin token, so that the file has none"));
    for (int id : List.of(end.id(), begin.map(Found::id).orElse(0))) {
      if (id < 0 || id >= common.vocabularySize()) {
        throw new InvalidInputException(
            "%s: special token %d is beyond the %d rows of the embedding"
                .formatted(files.file(), id, common.vocabularySize()));
      }
    }
    return new SpecialIds(begin.map(Found::id), end.id(), notes);
  }

  /** All ids for a purpose, those that take precedence first. */
  private static List<Found> found(
      TokenizerFiles files,
      Optional<Integer> added,
      String key,
      List<Integer> config,
      JsonNode generation) {
    List<Found> found = new ArrayList<>();
    added.ifPresent(id -> found.add(new Found(id, "tokenizer.json")));
    Optional<TokenizerFiles.Named> named = files.token(key);
    OptionalInt id = named.map(files::id).orElse(OptionalInt.empty());
    if (id.isPresent()) {
      found.add(new Found(id.getAsInt(), named.get().file()));
    }
    config.forEach(it -> found.add(new Found(it, "config.json")));
    JsonNode written = generation.path(key + "_id");
    for (JsonNode one : written.isArray() ? written : List.of(written)) {
      if (one.isIntegralNumber() && one.canConvertToInt()) {
        found.add(new Found(one.intValue(), GENERATION));
      }
    }
    return found;
  }
}
