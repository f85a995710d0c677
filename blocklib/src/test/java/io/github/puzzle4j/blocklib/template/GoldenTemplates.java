package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** Test templates, and results that {@code src/test/python/chat_golden.py} wrote for them. */
final class GoldenTemplates {

  private static final Path FOLDER = Path.of("src/test/resources/golden/templates");

  private GoldenTemplates() {}

  static JsonNode json(String file) throws IOException {
    return Json.readTree(FOLDER.resolve(file));
  }

  static String template(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name + ".jinja"));
  }

  /** Creates a model folder with the golden tokenizer and this template. */
  static Path model(Path folder, String template) throws IOException {
    Path tokenizer = Path.of("src/test/resources/golden/tokenizer");
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.write(folder.resolve(file), Files.readAllBytes(tokenizer.resolve(file)));
    }
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    return folder;
  }
}
