package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Checks the post-processors of a {@code tokenizer.json}: the tokenizer library ends the process
 * when a template inserts a special token that it does not define.
 */
final class PostProcessors {

  private static final int MAX_DEPTH = 64;

  private PostProcessors() {}

  /** Fails if a template inserts an undefined token. */
  static void requireDefined(Path file, JsonNode root) throws InvalidInputException {
    requireDefined(file, root.path("post_processor"), 0);
  }

  private static void requireDefined(Path file, JsonNode processor, int depth)
      throws InvalidInputException {
    if (depth > MAX_DEPTH) {
      throw new InvalidInputException(
          "%s: post-processors are nested more than %d deep".formatted(file, MAX_DEPTH));
    }
    for (JsonNode part : processor.path("processors")) {
      requireDefined(file, part, depth + 1);
    }
    for (String template : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(template)) {
        JsonNode token = piece.path("SpecialToken").path("id");
        if (token.isString() && !processor.path("special_tokens").has(token.stringValue())) {
          throw new InvalidInputException(
              "%s: its post-processor inserts '%s', which its special_tokens do not define"
                  .formatted(file, token.stringValue()));
        }
      }
    }
  }
}
