package io.github.puzzle4j.blocklib.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * A checksum in the last bytes of a file: the CRC-32C of the file's name and of all bytes before
 * the checksum. A changed, truncated or extended file is recognised, and so is one that was put
 * under the name of another. For large files that are written often; it takes less than a tenth of
 * the time of a SHA-256.
 */
public final class Seal {

  /** Length of the checksum. */
  public static final int BYTES = Integer.BYTES;

  private static final int BUFFER_BYTES = 1 << 20;

  private Seal() {}

  /** A checksum that the contents of this file have to be added to. */
  public static Checksum begin(Path file) {
    Checksum checksum = new CRC32C();
    checksum.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
    return checksum;
  }

  /** The last bytes of a file whose other contents were added to a checksum. */
  public static byte[] end(Checksum checksum) {
    return ByteBuffer.allocate(BYTES).putInt((int) checksum.getValue()).array();
  }

  /** Whether the last bytes of a file are the checksum of what is before them. */
  public static boolean holds(Path file) throws IOException {
    long rest = Files.size(file) - BYTES;
    if (rest < 0) {
      return false;
    }
    Checksum checksum = begin(file);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream stream = Files.newInputStream(file)) {
      while (rest > 0) {
        int read = stream.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (read < 0) {
          return false;
        }
        checksum.update(buffer, 0, read);
        rest -= read;
      }
      return Arrays.equals(stream.readNBytes(BYTES), end(checksum));
    }
  }
}
