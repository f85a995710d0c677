package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor as stored in a file.
 *
 * @param shape outermost dimension first
 * @param data the elements, little-endian and row-major; made read-only. Where they belong to a
 *     mapped file they must not be touched after that file is closed
 */
public record Tensor(TensorType type, List<Long> shape, MemorySegment data) {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Tensor {
    shape = List.copyOf(shape);
    long expected = new TensorSpec(type, shape).bytes();
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "%s %s needs %d bytes, got %d".formatted(type, shape, expected, data.byteSize()));
    }
    data = data.asReadOnly();
  }

  /**
   * A tensor of these values, each rounded to the nearest element of the type, ties to even. Values
   * beyond the type's range become infinite, or its largest number where it has no infinity.
   *
   * @param type F32, F16, BF16 or F8_E4M3
   */
  public static Tensor ofFloats(TensorType type, List<Long> shape, float[] values) {
    return new Tensor(type, shape, FloatCodec.encode(type, values));
  }

  /** A tensor of these numbers, I64 {@code [count]}. */
  public static Tensor ofLongs(long... values) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
    for (int i = 0; i < values.length; i++) {
      data.set(LONG, (long) i * Long.BYTES, values[i]);
    }
    return new Tensor(TensorType.I64, List.of((long) values.length), data);
  }

  /**
   * All elements.
   *
   * @throws InvalidInputException unless the type is I64
   */
  public long[] toLongs() throws InvalidInputException {
    if (type != TensorType.I64) {
      throw new InvalidInputException("expected a tensor of I64, got %s".formatted(type));
    }
    long[] values = new long[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(LONG, (long) i * Long.BYTES);
    }
    return values;
  }

  /** Type and shape. */
  public TensorSpec spec() {
    return new TensorSpec(type, shape);
  }

  /** Number of elements. */
  public long elements() {
    return spec().elements();
  }

  /**
   * All elements, exactly. Those of F8_E4M3 are not multiplied by their scale.
   *
   * @throws IllegalArgumentException unless the type is F32, F16, BF16 or F8_E4M3, or if a Java
   *     array cannot hold that many
   */
  public float[] toFloats() {
    if (elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%d elements do not fit into one array; read them in parts".formatted(elements()));
    }
    return toFloats(0, (int) elements());
  }

  /**
   * Some elements, exactly.
   *
   * @param from index of the first one
   * @throws IllegalArgumentException unless the type is F32, F16, BF16 or F8_E4M3
   */
  public float[] toFloats(long from, int count) {
    float[] values = new float[count];
    readFloats(from, values, count);
    return values;
  }

  /**
   * Reads some elements, exactly, into a reusable array.
   *
   * @param from index of the first one
   * @param values its beginning is filled
   * @param count how many
   * @throws IllegalArgumentException unless the type is F32, F16, BF16 or F8_E4M3
   */
  public void readFloats(long from, float[] values, int count) {
    MemorySegment part = data.asSlice(from * type.bytes(), (long) count * type.bytes());
    FloatCodec.decode(type, part, values, count);
  }

  /**
   * Lets the system take back the memory of elements that a mapped file holds, until they are read
   * again. Without effect on other tensors.
   */
  public void unload() {
    if (data.isMapped()) {
      data.unload();
    }
  }

  /**
   * The same values in another floating-point type, rounded to nearest even; no copy if the type is
   * the same.
   */
  public Tensor as(TensorType target) {
    return target == type ? this : ofFloats(target, shape, toFloats());
  }
}
