package io.github.puzzle4j.blocklib.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a mapped file from a position on; nothing that it is asked for is beyond the end. */
final class GgufCursor {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long position;

  GgufCursor(Path file, MemorySegment bytes, long position) {
    this.file = file;
    this.bytes = bytes;
    this.position = position;
  }

  long position() {
    return position;
  }

  int int32(String what) throws InvalidInputException {
    return bytes.get(INT, take(what, Integer.BYTES));
  }

  long int64(String what) throws InvalidInputException {
    return bytes.get(LONG, take(what, Long.BYTES));
  }

  /**
   * A number of things that follow, each of at least some bytes.
   *
   * @param most larger numbers are refused
   */
  long count(String what, long least, long most) throws InvalidInputException {
    long count = int64(what);
    if (count < 0 || count > most || count > (bytes.byteSize() - position) / least) {
      throw invalid(
          "%s is %s; with %d bytes left there are at most %d"
              .formatted(
                  what,
                  Long.toUnsignedString(count),
                  bytes.byteSize() - position,
                  Math.min(most, (bytes.byteSize() - position) / least)));
    }
    return count;
  }

  /** A text of at most that many bytes. */
  String text(String what, long longest) throws InvalidInputException {
    long length = length(what, longest);
    byte[] text = bytes.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException malformed) {
      throw new InvalidInputException(
          "%s: %s is no text in UTF-8".formatted(file, what), malformed);
    }
  }

  /** Steps over a text. */
  void skipText(String what) throws InvalidInputException {
    long length = length(what, Integer.MAX_VALUE);
    position += length;
  }

  private long length(String what, long longest) throws InvalidInputException {
    long length = int64(what);
    if (length < 0 || length > Math.min(longest, bytes.byteSize() - position)) {
      throw invalid(
          "%s has a text of %s bytes; at most %d can be here"
              .formatted(
                  what,
                  Long.toUnsignedString(length),
                  Math.min(longest, bytes.byteSize() - position)));
    }
    return length;
  }

  /** Steps over some bytes. */
  void skip(String what, long count) throws InvalidInputException {
    take(what, count);
  }

  /** A whole number of that type, or the bits of a floating-point number. */
  long whole(GgufValueType type) throws InvalidInputException {
    long at = take("a value", type.least());
    return switch (type) {
      case UINT8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
      case UINT16 -> bytes.get(SHORT, at) & 0xFFFF;
      case INT16 -> bytes.get(SHORT, at);
      case UINT32 -> Integer.toUnsignedLong(bytes.get(INT, at));
      case INT32, FLOAT32 -> bytes.get(INT, at);
      case UINT64, INT64, FLOAT64 -> bytes.get(LONG, at);
      case STRING, ARRAY -> throw new IllegalArgumentException("%s is no number".formatted(type));
    };
  }

  private long take(String what, long count) throws InvalidInputException {
    if (count > bytes.byteSize() - position) {
      throw invalid("truncated: %s is missing at byte %d".formatted(what, position));
    }
    long at = position;
    position += count;
    return at;
  }

  InvalidInputException invalid(String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
