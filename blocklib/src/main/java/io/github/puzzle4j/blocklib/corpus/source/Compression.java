package io.github.puzzle4j.blocklib.corpus.source;

import com.github.luben.zstd.ZstdInputStream;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Compression of a file, by its name. Files are decompressed as streams. */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  ZSTD(".zst");

  private static final int BUFFER_BYTES = 1 << 16;

  private final String ending;

  Compression(String ending) {
    this.ending = ending;
  }

  static Compression of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(GZIP.ending) ? GZIP : name.endsWith(ZSTD.ending) ? ZSTD : NONE;
  }

  /** File name suffix. */
  String ending() {
    return ending;
  }

  /**
   * Opens the decompressed content of a file.
   *
   * @throws InvalidInputException if the file is missing; while reading, if it is corrupt or
   *     truncated
   */
  static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException("%s: is a folder, not a file".formatted(file));
    }
    InputStream packed;
    try {
      packed = Files.newInputStream(file);
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException("%s: no such file".formatted(file), missing);
    }
    try {
      return switch (of(file)) {
        case NONE -> packed;
        case GZIP ->
            new DecompressedStream(file, new GZIPInputStream(buffered(packed), BUFFER_BYTES));
        case ZSTD -> new DecompressedStream(file, new ZstdInputStream(buffered(packed)));
      };
    } catch (IOException broken) {
      packed.close();
      throw notWhole(file, broken);
    }
  }

  private static InputStream buffered(InputStream stream) {
    return new BufferedInputStream(stream, BUFFER_BYTES);
  }

  private static InvalidInputException notWhole(Path file, IOException broken) {
    String reason = broken.getMessage() == null ? "it is empty" : broken.getMessage();
    return new InvalidInputException(
        "%s: is corrupt or truncated: %s".formatted(file, reason), broken);
  }

  /** Adds the file's name to decompression errors. */
  private static final class DecompressedStream extends FilterInputStream {

    private final Path file;

    DecompressedStream(Path file, InputStream stream) {
      super(stream);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException broken) {
        throw notWhole(file, broken);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException broken) {
        throw notWhole(file, broken);
      }
    }
  }
}
