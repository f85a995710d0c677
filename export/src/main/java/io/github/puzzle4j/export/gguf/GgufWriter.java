package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file of version 3 under construction: key-value pairs, then tensors, written one at a
 * time.
 *
 * <p>Little-endian. Each tensor starts at a multiple of {@link GgufFile#DEFAULT_ALIGNMENT} bytes.
 */
final class GgufWriter {

  private static final int ALIGNMENT = GgufFile.DEFAULT_ALIGNMENT;
  private static final int LONGEST_NAME = 63;
  private static final int CHUNK_BYTES = 1 << 20;

  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Sink values = new Sink();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();
  private long valueCount;

  /** Supplies a tensor when it is written. */
  @FunctionalInterface
  interface TensorSupplier {
    Tensor get() throws IOException;
  }

  private record Entry(TensorSpec spec, TensorSupplier supplier) {}

  void put(String key, String value) {
    key(key).int32(STRING).string(value);
  }

  void put(String key, boolean value) {
    key(key).int32(BOOL).int8(value ? 1 : 0);
  }

  void put(String key, float value) {
    key(key).int32(FLOAT32).int32(Float.floatToIntBits(value));
  }

  void putUnsigned(String key, int value) {
    key(key).int32(UINT32).int32(value);
  }

  void putStrings(String key, List<String> items) {
    key(key).int32(ARRAY).int32(STRING).int64(items.size());
    items.forEach(values::string);
  }

  void putFloats(String key, List<Float> items) {
    key(key).int32(ARRAY).int32(FLOAT32).int64(items.size());
    items.forEach(item -> values.int32(Float.floatToIntBits(item)));
  }

  void putIntegers(String key, List<Integer> items) {
    key(key).int32(ARRAY).int32(INT32).int64(items.size());
    items.forEach(values::int32);
  }

  /** Declares a tensor; its shape is outermost dimension first. */
  void add(String name, TensorSpec spec, TensorSupplier supplier) {
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("tensor name '%s' is too long".formatted(name));
    }
    if (tensors.put(name, new Entry(spec, supplier)) != null) {
      throw new IllegalArgumentException("tensor '%s' exists already".formatted(name));
    }
  }

  /** Writes the file atomically. */
  void write(Path file) throws IOException {
    byte[] head = head();
    AtomicFile.write(
        file,
        stream -> {
          stream.write(head);
          pad(stream, head.length);
          for (Map.Entry<String, Entry> item : tensors.entrySet()) {
            Tensor tensor = item.getValue().supplier().get();
            if (!tensor.spec().equals(item.getValue().spec())) {
              throw new IllegalStateException(
                  "tensor '%s' was declared as %s but is %s"
                      .formatted(item.getKey(), item.getValue().spec(), tensor.spec()));
            }
            copy(tensor.data(), stream);
            pad(stream, tensor.data().byteSize());
          }
        });
  }

  private byte[] head() {
    Sink head = new Sink();
    head.raw(GgufFile.MAGIC.getBytes(StandardCharsets.US_ASCII)).int32(GgufFile.VERSION);
    head.int64(tensors.size()).int64(valueCount).raw(values.bytes.toByteArray());
    long offset = 0;
    for (Map.Entry<String, Entry> item : tensors.entrySet()) {
      TensorSpec spec = item.getValue().spec();
      head.string(item.getKey()).int32(spec.shape().size());
      spec.shape().reversed().forEach(head::int64);
      head.int32(typeCode(spec.type())).int64(offset);
      offset += spec.bytes() + padding(spec.bytes());
    }
    return head.bytes.toByteArray();
  }

  private Sink key(String key) {
    valueCount++;
    return values.string(key);
  }

  static int typeCode(TensorType type) {
    return switch (type) {
      case F32 -> GgufType.F32.code();
      case F16 -> GgufType.F16.code();
      case BF16 -> GgufType.BF16.code();
      case F8_E4M3, I64, I32, U8, BOOL ->
          throw new IllegalArgumentException("%s weights are not written to GGUF".formatted(type));
    };
  }

  private static void copy(MemorySegment data, OutputStream stream) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, data.byteSize())];
    for (long position = 0; position < data.byteSize(); position += chunk.length) {
      int count = (int) Math.min(chunk.length, data.byteSize() - position);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, position, chunk, 0, count);
      stream.write(chunk, 0, count);
    }
  }

  private static void pad(OutputStream stream, long written) throws IOException {
    stream.write(new byte[padding(written)]);
  }

  private static int padding(long bytes) {
    return Math.floorMod(-bytes, ALIGNMENT);
  }

  /** Numbers and strings as GGUF encodes them. */
  private static final class Sink {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Sink raw(byte[] content) {
      bytes.writeBytes(content);
      return this;
    }

    Sink int8(int value) {
      bytes.write(value);
      return this;
    }

    Sink int32(int value) {
      return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    Sink int64(long value) {
      return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    Sink string(String value) {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      return int64(text.length).raw(text);
    }
  }
}
