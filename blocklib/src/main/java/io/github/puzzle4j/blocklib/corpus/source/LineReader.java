package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads UTF-8 text line by line: as a {@link Reader} it ends at the end of the current line. Lines
 * and runs of blank lines are bounded, since a compressed file may expand without bound.
 */
final class LineReader extends Reader {

  /** Far above the length of any document. */
  static final int MAX_LENGTH = 1 << 26;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Path file;
  private final Reader reader;
  private final char[] buffer = new char[1 << 14];
  private final char[] part = new char[1 << 12];
  private int at;
  private int end;
  private long number;
  private long length;
  private long blanks;
  private boolean joined;

  /**
   * @param file for error messages
   */
  LineReader(Path file, InputStream stream) {
    this.file = file;
    reader = new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder());
  }

  /** Moves to the start of the next line; false at the end of the file. */
  boolean advance() throws IOException {
    if (number == 0) {
      number = 1;
      if (fill() && buffer[0] == BYTE_ORDER_MARK) {
        at = 1;
      }
      return has();
    }
    while (has() && !endsLine(buffer[at])) {
      at++;
    }
    if (has() && buffer[at++] == '\r' && has() && buffer[at] == '\n') {
      at++;
    }
    number++;
    length = 0;
    return has();
  }

  /** Skips blanks; the next character of the line, or -1 at its end. */
  int skipBlanks() throws IOException {
    while (has() && !endsLine(buffer[at])) {
      if (!Character.isWhitespace(buffer[at])) {
        blanks = 0;
        return buffer[at];
      }
      at++;
      addBlanks(1);
    }
    addBlanks(1);
    return -1;
  }

  /** The next line without its terminator, or null at the end of the file. */
  @Nullable String next() throws IOException {
    if (!advance()) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    for (int count = read(part); count >= 0; count = read(part)) {
      line.append(part, 0, count);
    }
    String text = line.toString();
    if (text.isBlank()) {
      addBlanks(1L + text.length());
    } else {
      blanks = 0;
    }
    return text;
  }

  /** From now on lines do not end the text. */
  void join() {
    joined = true;
  }

  /** Counts the characters of a row from here on. */
  void beginRow() {
    length = 0;
  }

  @Override
  public int read(char[] to, int offset, int wanted) throws IOException {
    if (!has() || endsLine(buffer[at])) {
      return -1;
    }
    int from = at;
    int until = Math.min(end, at + wanted);
    while (at < until && !endsLine(buffer[at])) {
      at++;
    }
    System.arraycopy(buffer, from, to, offset, at - from);
    length += at - from;
    if (length > MAX_LENGTH) {
      throw new InvalidInputException(
          "%s: has more than %d characters; a row must fit memory".formatted(place(), MAX_LENGTH));
    }
    return at - from;
  }

  /** Number of the current line, starting at 1. */
  long number() {
    return number;
  }

  /** File and line, for error messages. */
  String place() {
    return joined ? file.toString() : "%s:%d".formatted(file, number);
  }

  private boolean endsLine(char character) {
    return !joined && (character == '\n' || character == '\r');
  }

  private void addBlanks(long count) throws InvalidInputException {
    blanks += count;
    if (blanks > MAX_LENGTH) {
      throw new InvalidInputException(
          "%s: ends more than %d blank characters without text".formatted(place(), MAX_LENGTH));
    }
  }

  private boolean has() throws IOException {
    return at < end || fill();
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
