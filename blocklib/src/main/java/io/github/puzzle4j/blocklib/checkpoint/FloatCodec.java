package io.github.puzzle4j.blocklib.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Converts between Java floats and the floating-point types of files. */
final class FloatCodec {

  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  /** The largest number in F8_E4M3. */
  static final float LARGEST_OF_EIGHT_BITS = 448;

  private static final int LARGEST_BITS = Float.floatToRawIntBits(LARGEST_OF_EIGHT_BITS);
  private static final int SMALLEST_NORMAL_BITS = Float.floatToRawIntBits(0x1p-6f);
  private static final int INFINITY_BITS = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  /** Bits of a float's fraction, less the three of F8_E4M3. */
  private static final int DROPPED_BITS = 20;

  private static final int KEPT_SHIFT = DROPPED_BITS - 1;
  private static final int HALVES_MASK = (1 << KEPT_SHIFT) - 1;

  /** Roundings to F8_E4M3 by what decides them: looking them up is twice as fast. */
  private static final byte[] ROUNDED = rounded();

  /** The value of each F8_E4M3 byte. */
  private static final float[] EIGHT_BITS = eightBits();

  private FloatCodec() {}

  /** Decodes the first {@code count} elements of {@code data} into {@code values}. */
  static void decode(TensorType type, MemorySegment data, float[] values, int count) {
    switch (type) {
      case F64 -> {
        for (int i = 0; i < count; i++) {
          values[i] = (float) data.get(DOUBLE, (long) i * Double.BYTES);
        }
      }
      case F32 -> MemorySegment.copy(data, FLOAT, 0, values, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Float.float16ToFloat(data.get(SHORT, (long) i * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Float.intBitsToFloat(data.get(SHORT, (long) i * Short.BYTES) << 16);
        }
      }
      case F8_E4M3 -> {
        byte[] octets = data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < count; i++) {
          values[i] = EIGHT_BITS[octets[i] & 0xFF];
        }
      }
      case I64, I32, U8, BOOL -> throw notFloating(type);
    }
  }

  static MemorySegment encode(TensorType type, float[] values) {
    MemorySegment data = allocate((long) values.length * type.bytes());
    switch (type) {
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          data.set(DOUBLE, (long) i * Double.BYTES, values[i]);
        }
      }
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
      case F8_E4M3 -> {
        for (int i = 0; i < values.length; i++) {
          data.set(ValueLayout.JAVA_BYTE, i, eightBits(values[i]));
        }
      }
      case I64, I32, U8, BOOL -> throw notFloating(type);
    }
    return data;
  }

  /** The value of an F8_E4M3 byte. */
  static float ofEightBits(byte bits) {
    return EIGHT_BITS[bits & 0xFF];
  }

  /** The nearest element, ties to even; the largest one where values are larger. */
  static byte eightBits(float value) {
    int bits = Float.floatToRawIntBits(value);
    // The last bit says whether any of those that are dropped is set.
    int dropped = ((bits & HALVES_MASK) + HALVES_MASK) >>> KEPT_SHIFT;
    return ROUNDED[(bits >>> KEPT_SHIFT) << 1 | dropped];
  }

  /** Of each sign, exponent and fraction of four bits, one of which decides the rounding. */
  private static byte[] rounded() {
    byte[] rounded = new byte[1 << (Integer.SIZE - KEPT_SHIFT + 1)];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = rounded((i >>> 1) << KEPT_SHIFT | (i & 1));
    }
    return rounded;
  }

  private static byte rounded(int bits) {
    int sign = (bits >>> 24) & 0x80;
    int size = bits & 0x7FFFFFFF;
    if (size >= LARGEST_BITS) {
      return (byte) (sign | (size > INFINITY_BITS ? 0x7F : 0x7E));
    }
    if (size < SMALLEST_NORMAL_BITS) {
      // In steps of 2^-9; eight of them are the smallest normal number.
      return (byte) (sign | (int) Math.rint(Float.intBitsToFloat(size) * 512));
    }
    // Half of what is dropped, less one unless the last bit that stays is odd, carries if need be.
    int rounded = size + (1 << (DROPPED_BITS - 1)) - 1 + ((size >>> DROPPED_BITS) & 1);
    return (byte) (sign | ((rounded >>> DROPPED_BITS) - ((127 - 7) << 3)));
  }

  /**
   * Sign, four bits of exponent with a bias of 7, three of fraction; no infinity, and one NaN per
   * sign (the variant that machine learning calls {@code e4m3fn}).
   */
  private static float[] eightBits() {
    float[] values = new float[1 << Byte.SIZE];
    for (int bits = 0; bits < values.length; bits++) {
      int exponent = bits >> 3 & 0xF;
      int fraction = bits & 0x7;
      float size =
          exponent == 0
              ? Math.scalb((float) fraction, -9)
              : Math.scalb(1 + fraction / 8f, exponent - 7);
      values[bits] =
          (bits & 0x7F) == 0x7F ? Float.NaN : Math.copySign(size, (bits & 0x80) == 0 ? 1 : -1);
    }
    return values;
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could turn a NaN into infinity; the quiet bit keeps it a NaN.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** On the heap, unless it is larger than an array can be. */
  static MemorySegment allocate(long bytes) {
    return bytes <= LARGEST_ARRAY
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : Arena.ofAuto().allocate(bytes);
  }

  private static IllegalArgumentException notFloating(TensorType type) {
    return new IllegalArgumentException(
        "%s cannot be converted; F64, F32, F16, BF16 and F8_E4M3 can".formatted(type));
  }
}
