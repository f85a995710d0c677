package io.github.puzzle4j.blocklib.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Between Java floats and the floating-point types of files. */
final class FloatCodec {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private FloatCodec() {}

  static float[] decode(TensorType type, MemorySegment data, int count) {
    float[] values = new float[count];
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, 0, values, 0, count);
      case F16 -> {
        short[] halves = shorts(data, count);
        for (int i = 0; i < count; i++) {
          values[i] = Float.float16ToFloat(halves[i]);
        }
      }
      case BF16 -> {
        short[] halves = shorts(data, count);
        for (int i = 0; i < count; i++) {
          values[i] = Float.intBitsToFloat(halves[i] << 16);
        }
      }
      case F8_E4M3, I64, I32, U8, BOOL -> throw notFloating(type);
    }
    return values;
  }

  static MemorySegment encode(TensorType type, float[] values) {
    MemorySegment data = allocate((long) values.length * type.bytes());
    switch (type) {
      case F32 -> MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
      case F16 -> {
        short[] halves = new short[values.length];
        for (int i = 0; i < halves.length; i++) {
          halves[i] = Float.floatToFloat16(values[i]);
        }
        MemorySegment.copy(halves, 0, data, SHORT, 0, halves.length);
      }
      case BF16 -> {
        short[] halves = new short[values.length];
        for (int i = 0; i < halves.length; i++) {
          halves[i] = bfloat16(values[i]);
        }
        MemorySegment.copy(halves, 0, data, SHORT, 0, halves.length);
      }
      case F8_E4M3, I64, I32, U8, BOOL -> throw notFloating(type);
    }
    return data;
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry a NaN into infinity; the quiet bit keeps it one.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static short[] shorts(MemorySegment data, int count) {
    short[] halves = new short[count];
    MemorySegment.copy(data, SHORT, 0, halves, 0, count);
    return halves;
  }

  /** On the heap, unless an array is too short for it. */
  private static MemorySegment allocate(long bytes) {
    return bytes <= LARGEST_ARRAY
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : Arena.ofAuto().allocate(bytes);
  }

  private static IllegalArgumentException notFloating(TensorType type) {
    return new IllegalArgumentException(
        "%s is not a floating-point type that can be converted; F32, F16 and BF16 are"
            .formatted(type));
  }
}
