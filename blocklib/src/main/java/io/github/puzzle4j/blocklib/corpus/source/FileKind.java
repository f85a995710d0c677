package io.github.puzzle4j.blocklib.corpus.source;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a file of a corpus is, by its name. */
enum FileKind {
  JSON_LINES("jsonl|ndjson"),
  PARQUET("parquet"),
  TEXT("txt|md");

  private final String endings;

  FileKind(String endings) {
    this.endings = endings;
  }

  /** The kind of a file, whose name may end in how it is packed. */
  static Optional<FileKind> of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    Unpacking unpacking = Unpacking.of(file);
    String plain = name.substring(0, name.length() - unpacking.ending().length());
    for (FileKind kind : values()) {
      if (plain.matches("(?s).*\\.(%s)".formatted(kind.endings))) {
        return kind == PARQUET && unpacking != Unpacking.NONE
            ? Optional.empty()
            : Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
