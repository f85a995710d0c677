package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.task.Obstacle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cache of packed tokens in a folder, keyed by everything they depend on. Several processes may
 * share it. Files are written atomically; nothing is ever removed.
 *
 * @param folder created on the first write
 * @param warnings receives a line for each file that is damaged and made again
 */
public record TokenCache(Path folder, Consumer<String> warnings) {

  /** Without warnings. */
  public TokenCache(Path folder) {
    this(folder, line -> {});
  }

  Optional<PackedPart> find(byte[] key, int sequenceLength, int vocabularySize) throws IOException {
    Path file = file(key);
    Obstacle.clearForFile(file, warnings);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<PackedPart> part = TokenFileReader.read(file, key, sequenceLength, vocabularySize);
    if (part.isEmpty()) {
      warnings.accept("%s: changed since it was written; it is made again".formatted(file));
    }
    return part;
  }

  void keep(byte[] key, PackedPart part, int sequenceLength) throws IOException {
    TokenFile.write(file(key), key, part, sequenceLength);
  }

  private Path file(byte[] key) {
    return folder.resolve(HexFormat.of().formatHex(key, 0, 16) + ".tokens");
  }
}
