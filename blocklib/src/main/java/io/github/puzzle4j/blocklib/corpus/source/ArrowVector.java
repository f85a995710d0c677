package io.github.puzzle4j.blocklib.corpus.source;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The values of a column in one batch. Every access is checked against the ends of the buffers, and
 * throws an {@link IndexOutOfBoundsException} beyond them.
 *
 * @param length number of values
 * @param buffers as the format orders them: which values are not null, then the rest
 */
record ArrowVector(
    ArrowColumn column, long length, List<MemorySegment> buffers, List<ArrowVector> children) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  ArrowVector {
    buffers = List.copyOf(buffers);
    children = List.copyOf(children);
  }

  /**
   * A value as JSON.
   *
   * @throws IOException if it is of no kind that JSON has, is too large, or not UTF-8
   */
  JsonNode at(long index) throws IOException {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException("row %d of %d".formatted(index, length));
    }
    if (column.kind() == ArrowColumn.Kind.OTHER) {
      throw new IOException("'%s' holds no text".formatted(column.name()));
    }
    if (column.kind() == ArrowColumn.Kind.NOTHING
        || (buffers.getFirst().byteSize() > 0 && !bit(buffers.getFirst(), index))) {
      return NODES.nullNode();
    }
    return switch (column.kind()) {
      case NOTHING, OTHER -> NODES.nullNode();
      case TRUTH -> NODES.booleanNode(bit(buffers.get(1), index));
      case WHOLE -> whole(index);
      case REAL -> NODES.numberNode(real(index));
      case TEXT -> NODES.stringNode(text(offset(index), offset(index + 1)));
      case LIST -> list(offset(index), offset(index + 1));
      case FIXED_LIST -> list(index * column.width(), (index + 1) * column.width());
      case STRUCT -> {
        ObjectNode object = NODES.objectNode();
        for (ArrowVector field : children) {
          object.set(field.column.name(), field.at(index));
        }
        yield object;
      }
    };
  }

  private static boolean bit(MemorySegment bits, long index) {
    return (bits.get(ValueLayout.JAVA_BYTE, index / 8) >> (index % 8) & 1) == 1;
  }

  private long offset(long index) {
    return column.width() == Integer.SIZE
        ? buffers.get(1).get(INT, index * Integer.BYTES)
        : buffers.get(1).get(LONG, index * Long.BYTES);
  }

  private JsonNode whole(long index) throws IOException {
    MemorySegment data = buffers.get(1);
    boolean signed = column.signed();
    return switch (column.width()) {
      case Byte.SIZE -> {
        byte value = data.get(ValueLayout.JAVA_BYTE, index);
        yield NODES.numberNode(signed ? value : Byte.toUnsignedInt(value));
      }
      case Short.SIZE -> {
        short value = data.get(SHORT, index * Short.BYTES);
        yield NODES.numberNode(signed ? value : Short.toUnsignedInt(value));
      }
      case Integer.SIZE -> {
        int value = data.get(INT, index * Integer.BYTES);
        yield NODES.numberNode(signed ? value : Integer.toUnsignedLong(value));
      }
      case Long.SIZE -> {
        long value = data.get(LONG, index * Long.BYTES);
        yield signed || value >= 0
            ? NODES.numberNode(value)
            : NODES.numberNode(new java.math.BigInteger(Long.toUnsignedString(value)));
      }
      default -> throw new IOException("numbers of %d bits".formatted(column.width()));
    };
  }

  private double real(long index) {
    MemorySegment data = buffers.get(1);
    return switch (column.width()) {
      case Short.SIZE -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
      case Integer.SIZE -> Float.intBitsToFloat(data.get(INT, index * Integer.BYTES));
      default -> Double.longBitsToDouble(data.get(LONG, index * Long.BYTES));
    };
  }

  private String text(long from, long to) throws IOException {
    if (to - from > LineReader.MAX_LENGTH) {
      throw new IOException("a text has more than %d bytes".formatted(LineReader.MAX_LENGTH));
    }
    byte[] bytes = buffers.get(2).asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException binary) {
      throw new IOException("a text is not in UTF-8", binary);
    }
  }

  private ArrayNode list(long from, long to) throws IOException {
    if (from < 0 || to < from || to - from > LineReader.MAX_LENGTH) {
      throw new IOException("a list reaches from %d to %d".formatted(from, to));
    }
    ArrayNode list = NODES.arrayNode();
    for (long i = from; i < to; i++) {
      list.add(children.getFirst().at(i));
    }
    return list;
  }
}
