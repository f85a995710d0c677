package io.github.puzzle4j.blocklib.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A checksum in the last bytes of a file: the SHA-256 of the file's name and of all bytes before
 * the checksum. A changed, truncated or extended file is recognised, and so is one that was put
 * under the name of another.
 */
public final class Seal {

  /** Length of the checksum. */
  public static final int BYTES = 32;

  private static final int BUFFER_BYTES = 1 << 20;

  private Seal() {}

  /** A digest that the contents of this file have to be added to. */
  public static MessageDigest begin(Path file) {
    MessageDigest digest = Digests.sha256();
    digest.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
    return digest;
  }

  /** Whether the last bytes of a file are the checksum of what is before them. */
  public static boolean holds(Path file) throws IOException {
    long rest = Files.size(file) - BYTES;
    if (rest < 0) {
      return false;
    }
    MessageDigest digest = begin(file);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream stream = Files.newInputStream(file)) {
      while (rest > 0) {
        int read = stream.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (read < 0) {
          return false;
        }
        digest.update(buffer, 0, read);
        rest -= read;
      }
      return MessageDigest.isEqual(stream.readNBytes(BYTES), digest.digest());
    }
  }
}
