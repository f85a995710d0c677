package io.github.puzzle4j.search.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What can happen to a file. */
enum Damage {
  FIRST_BYTE("first byte flipped"),
  MIDDLE_BYTE("byte in the middle flipped"),
  LAST_BYTE("last byte flipped"),
  HALF("cut to half"),
  EMPTY("emptied"),
  FOLDER("empty folder"),
  FULL_FOLDER("folder with a file"),
  DANGLING_LINK("link to nothing"),
  LOOPING_LINK("link to itself"),
  CHANGED_VALUE("other number, still JSON"),
  DELETED("deleted");

  private static final Pattern NUMBER = Pattern.compile("(?<=[:\\[,] ?)-?\\d+(\\.\\d+)?(E-?\\d+)?");

  private final String words;

  Damage(String words) {
    this.words = words;
  }

  boolean fits(Path file) {
    return this != CHANGED_VALUE || file.toString().endsWith(".json");
  }

  void doTo(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    switch (this) {
      case FIRST_BYTE -> Files.write(file, flipped(bytes, 0));
      case MIDDLE_BYTE -> Files.write(file, flipped(bytes, bytes.length / 2));
      case LAST_BYTE -> Files.write(file, flipped(bytes, bytes.length - 1));
      case HALF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case EMPTY -> Files.createFile(file);
      case FOLDER -> Files.createDirectory(file);
      case FULL_FOLDER -> Files.writeString(Files.createDirectory(file).resolve("mine"), "mine");
      case DANGLING_LINK -> Files.createSymbolicLink(file, Path.of("nowhere"));
      case LOOPING_LINK -> Files.createSymbolicLink(file, file.getFileName());
      case CHANGED_VALUE -> Files.write(file, otherNumber(bytes));
      case DELETED -> {}
    }
  }

  private static byte[] flipped(byte[] bytes, int place) {
    bytes[place] ^= 4;
    return bytes;
  }

  private static byte[] otherNumber(byte[] bytes) {
    String json = new String(bytes, StandardCharsets.UTF_8);
    List<MatchResult> numbers = NUMBER.matcher(json).results().toList();
    MatchResult one = numbers.get(numbers.size() / 2);
    return (json.substring(0, one.start()) + "-5" + json.substring(one.end()))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return words;
  }
}
