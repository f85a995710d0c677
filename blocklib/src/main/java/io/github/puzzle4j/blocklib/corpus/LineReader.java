package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 text of bounded length, since a compressed file may expand without bound.
 */
public final class LineReader implements Closeable {

  /** Far above the length of any document. */
  static final int MAX_LINE_LENGTH = 1 << 26;

  private final Path file;
  private final Reader reader;
  private final char[] buffer = new char[1 << 14];
  private final StringBuilder line = new StringBuilder();
  private int at;
  private int end;
  private boolean behindReturn;
  private long number;

  /**
   * @param file for error messages
   */
  public LineReader(Path file, InputStream stream) {
    this.file = file;
    reader = new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder());
  }

  /**
   * Returns the next line without its terminator, or null at the end of the file.
   *
   * @throws InvalidInputException if it is not UTF-8 or longer than 64 Mi characters
   */
  public @Nullable String next() throws IOException {
    number++;
    line.setLength(0);
    boolean begun = false;
    while (at < end || fill()) {
      begun = true;
      if (behindReturn && buffer[at] == '\n') {
        at++;
        behindReturn = false;
        begun = false;
        continue;
      }
      behindReturn = false;
      int from = at;
      while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
        at++;
      }
      append(from);
      if (at < end) {
        behindReturn = buffer[at++] == '\r';
        return line.toString();
      }
    }
    return begun || !line.isEmpty() ? line.toString() : null;
  }

  /** Number of the last line read, starting at 1. */
  public long number() {
    return number;
  }

  /** File and line, for error messages. */
  public String place() {
    return "%s:%d".formatted(file, number);
  }

  private void append(int from) throws InvalidInputException {
    if (line.length() + (at - from) > MAX_LINE_LENGTH) {
      throw new InvalidInputException(
          "%s: has more than %d characters; a row must fit memory"
              .formatted(place(), MAX_LINE_LENGTH));
    }
    line.append(buffer, from, at - from);
  }

  private boolean fill() throws IOException {
    try {
      at = 0;
      end = Math.max(0, reader.read(buffer));
      return end > 0;
    } catch (CharacterCodingException failure) {
      throw new InvalidInputException(
          "%s: not UTF-8 in or soon after this line".formatted(place()), failure);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
