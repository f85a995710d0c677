package io.github.puzzle4j.blocklib.corpus.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** Assigns the buffers of a record batch to columns, and unpacks them. */
final class ArrowBatch {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Of one packed buffer, once unpacked. */
  private static final long MAX_UNPACKED = 1L << 28;

  /** Bodies are padded to multiples of this at most. */
  private static final int ALIGNMENT = 64;

  private final RecordBatch batch;
  private final MemorySegment body;
  private int node;
  private int buffer;
  private int variadic;
  private long used;

  private ArrowBatch(RecordBatch batch, MemorySegment body) {
    this.batch = batch;
    this.body = body;
  }

  /**
   * The columns of these names.
   *
   * @param body of the batch's message
   * @throws IOException if buffers cannot be unpacked or have the wrong size
   * @throws IndexOutOfBoundsException if the batch lacks buffers, or they lie beyond its body
   */
  static List<ArrowVector> columns(
      List<ArrowColumn> schema, Set<String> names, RecordBatch batch, MemorySegment body)
      throws IOException {
    ArrowBatch reader = new ArrowBatch(batch, body);
    List<ArrowVector> columns = new ArrayList<>();
    for (ArrowColumn column : schema) {
      boolean wanted = names.contains(column.name());
      ArrowVector vector = reader.vector(column, wanted);
      if (wanted) {
        if (vector.length() != batch.length()) {
          throw new IOException(
              "column '%s' has %d of %d rows"
                  .formatted(column.name(), vector.length(), batch.length()));
        }
        columns.add(vector);
      }
    }
    if (body.byteSize() - reader.used >= ALIGNMENT) {
      throw new IOException("a batch holds bytes of no column");
    }
    return columns;
  }

  /** Fails unless the buffers of a batch of some column fill its body. */
  static void requireWhole(RecordBatch batch, MemorySegment body) throws IOException {
    long used = 0;
    for (int i = 0; i < batch.buffersLength(); i++) {
      used = Math.max(used, Math.addExact(batch.buffers(i).offset(), batch.buffers(i).length()));
    }
    if (batch.nodesLength() == 0
        || batch.nodes(0).length() != batch.length()
        || used > body.byteSize()
        || body.byteSize() - used >= ALIGNMENT) {
      throw new IOException("a dictionary does not fill its message");
    }
  }

  private ArrowVector vector(ArrowColumn column, boolean wanted) throws IOException {
    FieldNode shape = batch.nodes(node++);
    if (shape == null) {
      throw new IOException("a batch lacks columns");
    }
    long length = shape.length();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new IOException("a column has %d rows".formatted(length));
    }
    List<MemorySegment> buffers = new ArrayList<>();
    int count =
        column.buffers()
            + (column.variadic() ? Math.toIntExact(batch.variadicBufferCounts(variadic++)) : 0);
    for (int i = 0; i < count; i++) {
      Buffer place = batch.buffers(buffer++);
      if (place == null) {
        throw new IOException("a batch lacks buffers");
      }
      used = Math.max(used, place.offset() + place.length());
      if (wanted) {
        buffers.add(unpacked(body.asSlice(place.offset(), place.length())));
      }
    }
    if (wanted && !buffers.isEmpty() && nulls(buffers.getFirst(), length) != shape.nullCount()) {
      throw new IOException(
          "column '%s' does not have the %d nulls that its batch states"
              .formatted(column.name(), shape.nullCount()));
    }
    List<ArrowVector> children = new ArrayList<>();
    for (ArrowColumn child : column.children()) {
      children.add(vector(child, wanted));
    }
    return new ArrowVector(column, length, buffers, children);
  }

  /** A bit for each value tells whether there is one; no bits mean that all are there. */
  private static long nulls(MemorySegment present, long length) {
    if (present.byteSize() == 0) {
      return 0;
    }
    long nulls = length;
    for (long at = 0; at < length; at++) {
      nulls -= present.get(ValueLayout.JAVA_BYTE, at / Byte.SIZE) >> (at % Byte.SIZE) & 1;
    }
    return nulls;
  }

  private MemorySegment unpacked(MemorySegment stored) throws IOException {
    if (batch.compression() == null || stored.byteSize() == 0) {
      return stored;
    }
    long size = stored.get(LONG, 0);
    MemorySegment packed = stored.asSlice(Long.BYTES);
    if (size == -1) {
      return packed;
    }
    if (size < 0 || size > MAX_UNPACKED || packed.byteSize() > MAX_UNPACKED) {
      throw new IOException(
          "a packed buffer has %d bytes, at most %d are read".formatted(size, MAX_UNPACKED));
    }
    byte[] bytes = packed.toArray(ValueLayout.JAVA_BYTE);
    try (InputStream content = unpacking(new ByteArrayInputStream(bytes))) {
      byte[] unpacked = content.readNBytes((int) size);
      if (unpacked.length != size) {
        throw new IOException("a packed buffer is truncated");
      }
      return MemorySegment.ofArray(unpacked);
    }
  }

  private InputStream unpacking(InputStream packed) throws IOException {
    return switch (batch.compression().codec()) {
      case CompressionType.LZ4_FRAME -> new FramedLZ4CompressorInputStream(packed);
      case CompressionType.ZSTD -> new ZstdInputStream(packed);
      default -> throw new IOException("packed by an unknown codec");
    };
  }
}
