package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The first line of a CSV file, read without the database's detection of headers. */
final class CsvHeader {

  private static final int MAX_BYTES = 1 << 16;
  private static final int MAX_COLUMNS = 1000;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private CsvHeader() {}

  static List<String> of(Path file, boolean packed) throws IOException {
    String line = firstLine(file, packed);
    List<String> names = Stream.of(line.split(",", -1)).map(CsvHeader::bare).toList();
    Set<String> distinct = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : names) {
      if (name.isEmpty() || !distinct.add(name)) {
        throw new InvalidInputException(
            "%s: is no table: its first line must name the columns, each once".formatted(file));
      }
    }
    if (names.size() > MAX_COLUMNS) {
      throw new InvalidInputException("%s: has over %d columns".formatted(file, MAX_COLUMNS));
    }
    return names;
  }

  private static String firstLine(Path file, boolean packed) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream stream = packed ? new GZIPInputStream(bytes) : bytes) {
      String start = new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      return start.lines().findFirst().orElse("").replace(BYTE_ORDER_MARK, "");
    }
  }

  private static String bare(String name) {
    String stripped = name.strip();
    boolean quoted = stripped.length() >= 2 && stripped.startsWith("\"") && stripped.endsWith("\"");
    return quoted ? stripped.substring(1, stripped.length() - 1) : stripped;
  }
}
