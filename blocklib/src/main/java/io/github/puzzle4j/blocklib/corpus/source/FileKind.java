package io.github.puzzle4j.blocklib.corpus.source;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Format of a corpus file, by its name. */
enum FileKind {
  JSON("jsonl|ndjson|json"),
  PARQUET("parquet"),
  ARROW("arrow|feather"),
  TEXT("txt|md");

  /** All endings, for messages. */
  static final String NAMES =
      ".jsonl, .ndjson, .json, .txt and .md, each packed by gzip (.gz) or zstd (.zst) or not,"
          + " .parquet and .arrow";

  private final String endings;

  FileKind(String endings) {
    this.endings = endings;
  }

  /** The format of a file, ignoring a suffix for compression. */
  static Optional<FileKind> of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    Compression unpacking = Compression.of(file);
    String plain = name.substring(0, name.length() - unpacking.ending().length());
    for (FileKind kind : values()) {
      if (plain.matches("(?s).*\\.(%s)".formatted(kind.endings))) {
        return (kind == PARQUET || kind == ARROW) && unpacking != Compression.NONE
            ? Optional.empty()
            : Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
