package io.github.puzzle4j.blocklib.corpus.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A cache of packed tokens in a folder, keyed by everything they depend on. Several processes may
 * share it. Files are written atomically; nothing is ever removed.
 *
 * @param folder created on the first write
 */
public record TokenCache(Path folder) {

  Optional<PackedPart> find(byte[] key, int sequenceLength, int vocabularySize) throws IOException {
    Path file = file(key);
    return Files.isRegularFile(file)
        ? TokenFileReader.read(file, key, sequenceLength, vocabularySize)
        : Optional.empty();
  }

  void keep(byte[] key, PackedPart part, int sequenceLength) throws IOException {
    TokenFile.write(file(key), key, part, sequenceLength);
  }

  private Path file(byte[] key) {
    return folder.resolve(HexFormat.of().formatHex(key, 0, 16) + ".tokens");
  }
}
