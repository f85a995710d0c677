package io.github.puzzle4j.blocklib.gguf;

/**
 * Blocks of 32 integers with one scale and, in the types that end in 1, one offset, both in half
 * precision. Of four- and five-bit integers a byte holds the low four bits of two: number {@code i}
 * in the lower half, number {@code i + 16} in the upper one.
 */
final class SmallBlocks {

  /** Numbers in a block. */
  static final int SIZE = 32;

  private static final int HALF = SIZE / 2;

  /** What four bits stand for in IQ4_NL, closer together around 0 (llama.cpp, ggml-common.h). */
  private static final int[] UNEVEN = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private SmallBlocks() {}

  /** Scale, 32 signed bytes. */
  static void q8Scaled(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    for (int i = 0; i < SIZE; i++) {
      out[to + i] = data[at + 2 + i] * scale;
    }
  }

  /** Scale, 16 bytes of four-bit integers around 8. */
  static void q4Scaled(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    for (int i = 0; i < HALF; i++) {
      int pair = data[at + 2 + i];
      out[to + i] = ((pair & 0xF) - 8) * scale;
      out[to + HALF + i] = ((pair >> 4 & 0xF) - 8) * scale;
    }
  }

  /** Scale, 16 bytes of four-bit places in a table of uneven steps. */
  static void q4Uneven(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    for (int i = 0; i < HALF; i++) {
      int pair = data[at + 2 + i];
      out[to + i] = UNEVEN[pair & 0xF] * scale;
      out[to + HALF + i] = UNEVEN[pair >> 4 & 0xF] * scale;
    }
  }

  /** Scale, offset, 16 bytes of four-bit integers. */
  static void q4Offset(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    float offset = BlockDecoder.half(data, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = data[at + 4 + i];
      out[to + i] = (pair & 0xF) * scale + offset;
      out[to + HALF + i] = (pair >> 4 & 0xF) * scale + offset;
    }
  }

  /** Scale, the fifth bits of all integers, 16 bytes of their other bits; integers around 16. */
  static void q5Scaled(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    int high = BlockDecoder.int32(data, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = data[at + 6 + i];
      out[to + i] = (((pair & 0xF) | fifth(high, i)) - 16) * scale;
      out[to + HALF + i] = (((pair >> 4 & 0xF) | fifth(high, i + HALF)) - 16) * scale;
    }
  }

  /** Scale, offset, the fifth bits of all integers, 16 bytes of their other bits. */
  static void q5Offset(byte[] data, int at, float[] out, int to) {
    float scale = BlockDecoder.half(data, at);
    float offset = BlockDecoder.half(data, at + 2);
    int high = BlockDecoder.int32(data, at + 4);
    for (int i = 0; i < HALF; i++) {
      int pair = data[at + 8 + i];
      out[to + i] = ((pair & 0xF) | fifth(high, i)) * scale + offset;
      out[to + HALF + i] = ((pair >> 4 & 0xF) | fifth(high, i + HALF)) * scale + offset;
    }
  }

  private static int fifth(int high, int index) {
    return (high >>> index & 1) << 4;
  }
}
