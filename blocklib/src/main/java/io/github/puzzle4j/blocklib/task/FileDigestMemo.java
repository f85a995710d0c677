package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Digests of files, remembered on disk: a file is read again when its size, its time of change or
 * its identity in the file system differs. Not for use by several threads.
 */
public final class FileDigestMemo {

  /**
   * Properties of a file when its digest was computed.
   *
   * @param bytes its size
   * @param changedNanos time of its last change, nanoseconds since 1970
   * @param fileKey its identity in the file system, empty where there is none
   * @param sha256 of its contents
   */
  record Entry(long bytes, long changedNanos, String fileKey, String sha256) {}

  record Memo(int schema, Map<String, Entry> files) {

    Memo {
      files = new TreeMap<>(files);
    }
  }

  private static final int SCHEMA = 1;

  private final Path file;
  private final Map<String, Entry> known;

  private FileDigestMemo(Path file, Map<String, Entry> known) {
    this.file = file;
    this.known = known;
  }

  /** Opens the memo at a path; one that is missing or damaged is empty. */
  public static FileDigestMemo open(Path file) throws IOException {
    return open(file, line -> {});
  }

  /**
   * The same.
   *
   * @param warnings receives a line if it is damaged
   */
  static FileDigestMemo open(Path file, Consumer<String> warnings) throws IOException {
    Map<String, Entry> known = new TreeMap<>();
    if (Files.exists(file)) {
      try {
        Memo memo = SealedJson.read(file, Memo.class);
        if (memo.schema() == SCHEMA) {
          known.putAll(memo.files());
        }
      } catch (InvalidInputException damaged) {
        warnings.accept("%s; the files are read again".formatted(damaged.getMessage()));
      }
    }
    return new FileDigestMemo(file, known);
  }

  /** The SHA-256 of a file's contents, in hexadecimal digits. */
  public String of(Path path) throws IOException {
    Path real = path.toRealPath();
    BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
    Entry before = known.get(real.toString());
    if (before != null && before.equals(entry(attributes, before.sha256()))) {
      return before.sha256();
    }
    Entry now = entry(attributes, Digests.of(real));
    known.put(real.toString(), now);
    SealedJson.write(file, new Memo(SCHEMA, known));
    return now.sha256();
  }

  private static Entry entry(BasicFileAttributes attributes, String sha256) {
    return new Entry(
        attributes.size(),
        attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
        String.valueOf(attributes.fileKey()),
        sha256);
  }
}
