package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
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
  private static final int CHUNK_NUMBERS = 1 << 18;

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

  private record Entry(GgufType type, List<Long> shape, TensorSupplier supplier) {

    long numbers() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    long bytes() {
      return type.bytes(numbers());
    }
  }

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

  /**
   * Declares a tensor.
   *
   * @param type to which it is rounded when it is written
   * @param shape outermost dimension first
   * @param supplier gives it in any floating-point type
   */
  void add(String name, GgufType type, List<Long> shape, TensorSupplier supplier) {
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("tensor name '%s' is too long".formatted(name));
    }
    if (tensors.put(name, new Entry(type, List.copyOf(shape), supplier)) != null) {
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
            Entry entry = item.getValue();
            Tensor tensor = entry.supplier().get();
            if (!tensor.shape().equals(entry.shape())) {
              throw new IllegalStateException(
                  "tensor '%s' was declared as %s but is %s"
                      .formatted(item.getKey(), entry.shape(), tensor.shape()));
            }
            write(item.getKey(), tensor, entry.type(), stream);
            pad(stream, entry.bytes());
          }
        });
  }

  private byte[] head() {
    Sink head = new Sink();
    head.raw(GgufFile.MAGIC.getBytes(StandardCharsets.US_ASCII)).int32(GgufFile.VERSION);
    head.int64(tensors.size()).int64(valueCount).raw(values.bytes.toByteArray());
    long offset = 0;
    for (Map.Entry<String, Entry> item : tensors.entrySet()) {
      Entry entry = item.getValue();
      head.string(item.getKey()).int32(entry.shape().size());
      entry.shape().reversed().forEach(head::int64);
      head.int32(entry.type().code()).int64(offset);
      offset += entry.bytes() + padding(entry.bytes());
    }
    return head.bytes.toByteArray();
  }

  private Sink key(String key) {
    valueCount++;
    return values.string(key);
  }

  private static void write(String name, Tensor tensor, GgufType type, OutputStream stream)
      throws IOException {
    if (tensor.type().name().equals(type.name())) {
      copy(tensor, stream);
      return;
    }
    long numbers = tensor.elements();
    float[] values = new float[(int) Math.min(CHUNK_NUMBERS, numbers)];
    byte[] bytes = new byte[(int) type.bytes(values.length)];
    for (long from = 0; from < numbers; from += values.length) {
      int count = (int) Math.min(values.length, numbers - from);
      tensor.readFloats(from, values, count);
      if (type == GgufType.F16) {
        requireHalf(name, values, count);
      }
      type.encode(values, count, bytes);
      stream.write(bytes, 0, (int) type.bytes(count));
    }
  }

  private static void requireHalf(String name, float[] values, int count)
      throws InvalidInputException {
    for (int i = 0; i < count; i++) {
      if (Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(values[i])))) {
        throw new InvalidInputException(
            "tensor '%s' holds %s, and F16 ends at 65504; BF16 has room for it"
                .formatted(name, values[i]));
      }
    }
  }

  private static void copy(Tensor tensor, OutputStream stream) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, tensor.data().byteSize())];
    for (long from = 0; from < tensor.data().byteSize(); from += chunk.length) {
      int count = (int) Math.min(chunk.length, tensor.data().byteSize() - from);
      MemorySegment.copy(tensor.data(), ValueLayout.JAVA_BYTE, from, chunk, 0, count);
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
