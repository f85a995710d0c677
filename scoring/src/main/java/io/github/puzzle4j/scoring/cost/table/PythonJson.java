package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** JSON as written by Python: strict, except for bare NaN and Infinity. */
final class PythonJson {

  private static final long MAX_BYTES = 256L << 20;

  private static final ObjectReader READER =
      Json.mapper().reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private PythonJson() {}

  static JsonNode read(Path file) throws IOException {
    if (Files.size(InputFile.require(file)) > MAX_BYTES) {
      throw new InvalidInputException("%s: is larger than %d MiB".formatted(file, MAX_BYTES >> 20));
    }
    try {
      return READER.readTree(Files.readAllBytes(file));
    } catch (JacksonException broken) {
      throw new InvalidInputException(
          "%s: is not JSON: %s".formatted(file, broken.getOriginalMessage()), broken);
    }
  }
}
