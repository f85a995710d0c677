package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Integrity check of gzip files, since a truncated download must not be read as a shorter table.
 */
final class Gzip {

  private static final long MAX_BYTES = 4L << 30;
  private static final int BUFFER_BYTES = 1 << 16;

  private Gzip() {}

  /** Decompresses the whole file, which verifies checksum and length at the end of the stream. */
  static void requireWhole(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    try (InputStream stream = new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        bytes += read;
        if (bytes > MAX_BYTES) {
          throw new InvalidInputException(
              "%s: unpacks to more than %d GiB".formatted(file, MAX_BYTES >> 30));
        }
      }
    } catch (InvalidInputException tooLong) {
      throw tooLong;
    } catch (IOException broken) {
      throw new InvalidInputException(
          "%s: is not a whole gzip file: %s".formatted(file, broken.getMessage()), broken);
    }
  }
}
