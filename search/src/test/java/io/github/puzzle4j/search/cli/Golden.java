package io.github.puzzle4j.search.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checked-in checkpoints. */
public final class Golden {

  /** With a tokenizer, a noisy twin in {@code teacher/}, rows, and what transformers measured. */
  public static final Path EVAL = Path.of("src/test/resources/golden/eval");

  private static final Path LLAMA = Path.of("../blocklib/src/test/resources/golden/llama");

  private Golden() {}

  /** A folder that transformers wrote, without a tokenizer. */
  public static Path llama(String name) {
    return LLAMA.resolve(name);
  }

  /** A copy that a test may break. */
  public static Path copy(Path folder, Path target) throws IOException {
    Files.createDirectories(target);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Files.copy(file, target.resolve(String.valueOf(file.getFileName())));
    }
    return target;
  }
}
