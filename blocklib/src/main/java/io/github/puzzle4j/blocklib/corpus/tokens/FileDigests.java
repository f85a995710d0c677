package io.github.puzzle4j.blocklib.corpus.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** SHA-256 digests of files, each computed once. Not thread-safe. */
public final class FileDigests {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Map<Path, String> known = new HashMap<>();

  /** The SHA-256 of a file in hexadecimal digits. */
  public String of(Path file) throws IOException {
    Path real = file.toRealPath();
    String digest = known.get(real);
    if (digest == null) {
      digest = digest(real);
      known.put(real, digest);
    }
    return digest;
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
