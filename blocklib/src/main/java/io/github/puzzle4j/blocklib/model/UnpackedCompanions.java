package io.github.puzzle4j.blocklib.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.tokenizer.GgufCompanions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The tokenizer of a GGUF file as files of their own, which everything that reads folders reads.
 * They are deleted at the end, or else when the process ends.
 */
record UnpackedCompanions(Path folder, List<Path> files) implements AutoCloseable {

  UnpackedCompanions {
    files = List.copyOf(files);
  }

  static UnpackedCompanions of(Path model) throws IOException {
    Map<String, JsonNode> contents;
    try (GgufFile file = GgufFile.open(model)) {
      contents = GgufCompanions.of(file.metadata());
    }
    Path folder = Files.createTempDirectory("puzzle4j-gguf");
    folder.toFile().deleteOnExit();
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, JsonNode> content : contents.entrySet()) {
      Path file = folder.resolve(content.getKey());
      // In the reverse order of these calls: the folder is empty when it is deleted.
      file.toFile().deleteOnExit();
      Files.write(file, Json.mapper().writeValueAsBytes(content.getValue()));
      files.add(file);
    }
    return new UnpackedCompanions(folder, files);
  }

  @Override
  public void close() {
    files.forEach(file -> file.toFile().delete());
    folder.toFile().delete();
  }
}
