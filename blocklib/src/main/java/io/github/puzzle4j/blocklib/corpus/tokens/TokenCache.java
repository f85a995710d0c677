package io.github.puzzle4j.blocklib.corpus.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Packed tokens in a folder, under keys of everything that they were made from. Several runs, and
 * processes, may share one. Files are complete or not there; nothing is ever removed.
 *
 * @param folder made when something is first kept
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
