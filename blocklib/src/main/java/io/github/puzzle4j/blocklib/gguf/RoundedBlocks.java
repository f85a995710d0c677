package io.github.puzzle4j.blocklib.gguf;

/**
 * Writes what {@link PlainBlocks} and {@link SmallBlocks} read, with the scales that llama.cpp
 * takes: those by which the number farthest from zero is met.
 */
final class RoundedBlocks {

  private static final int SIZE = SmallBlocks.SIZE;
  private static final int HALF = SIZE / 2;

  private RoundedBlocks() {}

  static void f32(float[] in, int from, byte[] out, int at) {
    BlockEncoder.putInt(out, at, Float.floatToRawIntBits(in[from]));
  }

  static void f16(float[] in, int from, byte[] out, int at) {
    BlockEncoder.putHalf(out, at, in[from]);
  }

  /** To the nearest, ties to even; a NaN stays one. */
  static void bf16(float[] in, int from, byte[] out, int at) {
    int bits = Float.floatToRawIntBits(in[from]);
    int rounded =
        Float.isNaN(in[from]) ? (bits >>> 16) | 0x40 : (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
    BlockEncoder.putShort(out, at, rounded);
  }

  static void q8Scaled(float[] in, int from, byte[] out, int at) {
    float scale = Math.abs(farthest(in, from)) / Byte.MAX_VALUE;
    float inverse = scale == 0 ? 0 : 1 / scale;
    BlockEncoder.putHalf(out, at, scale);
    for (int i = 0; i < SIZE; i++) {
      float number = in[from + i] * inverse;
      // Halves away from zero.
      out[at + 2 + i] = (byte) (number + Math.copySign(0.5, number));
    }
  }

  static void q4Scaled(float[] in, int from, byte[] out, int at) {
    float inverse = scaled(in, from, out, at, 8);
    for (int i = 0; i < HALF; i++) {
      int low = around(in[from + i] * inverse, 8);
      int high = around(in[from + HALF + i] * inverse, 8);
      out[at + 2 + i] = (byte) (low | (high << 4));
    }
  }

  static void q5Scaled(float[] in, int from, byte[] out, int at) {
    float inverse = scaled(in, from, out, at, 16);
    int fifths = 0;
    for (int i = 0; i < HALF; i++) {
      int low = around(in[from + i] * inverse, 16);
      int high = around(in[from + HALF + i] * inverse, 16);
      out[at + 6 + i] = (byte) ((low & 0xF) | ((high & 0xF) << 4));
      fifths |= ((low >> 4) << i) | ((high >> 4) << (i + HALF));
    }
    BlockEncoder.putInt(out, at + 2, fifths);
  }

  /** The inverse of the scale that makes the farthest number the integer {@code -range}. */
  private static float scaled(float[] in, int from, byte[] out, int at, int range) {
    float scale = farthest(in, from) / -range;
    BlockEncoder.putHalf(out, at, scale);
    return scale == 0 ? 0 : 1 / scale;
  }

  private static int around(float number, int middle) {
    return Math.min(2 * middle - 1, (int) (number + (middle + 0.5f)));
  }

  /** The first of the numbers farthest from zero. */
  private static float farthest(float[] in, int from) {
    float farthest = 0;
    for (int i = from; i < from + SIZE; i++) {
      if (Math.abs(in[i]) > Math.abs(farthest)) {
        farthest = in[i];
      }
    }
    return farthest;
  }
}
