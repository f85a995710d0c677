package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Compression of a file, by its name. Files are decompressed as streams. */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  ZSTD(".zst");

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
    InputStream packed = Channels.newInputStream(openPlain(file));
    return switch (of(file)) {
      case NONE -> packed;
      case GZIP -> new UnpackedStream(file, packed, GzipMembers::new);
      case ZSTD -> new UnpackedStream(file, packed, ZstdFrames::new);
    };
  }

  /**
   * Opens a file as it is.
   *
   * @throws InvalidInputException if it is missing or no file
   */
  static FileChannel openPlain(Path file) throws IOException {
    return FileChannel.open(InputFile.require(file), StandardOpenOption.READ);
  }
}
