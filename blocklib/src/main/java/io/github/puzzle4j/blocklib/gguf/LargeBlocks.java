package io.github.puzzle4j.blocklib.gguf;

/**
 * The K-quants: blocks of 256 integers in groups of 16 or 32, each with a small integer scale and,
 * in some types, an offset, which the block's own scales in half precision multiply. Layouts as in
 * llama.cpp's {@code ggml-quants.c}.
 */
final class LargeBlocks {

  /** Numbers in a block. */
  static final int SIZE = 256;

  private static final int GROUP = 16;
  private static final int LANES = 32;
  private static final int PACKED_SCALES = 12;

  private LargeBlocks() {}

  /** Sixteen bytes of scale and offset, 64 of two-bit integers, two factors. */
  static void q2(byte[] data, int at, float[] out, int to) {
    int integers = at + GROUP;
    float scales = BlockDecoder.half(data, integers + SIZE / 4);
    float offsets = BlockDecoder.half(data, integers + SIZE / 4 + 2);
    for (int group = 0; group < SIZE / GROUP; group++) {
      int both = data[at + group];
      float scale = scales * (both & 0xF);
      float offset = offsets * (both >> 4 & 0xF);
      int first = integers + twoBitsAt(group);
      int shift = twoBitShift(group);
      for (int i = 0; i < GROUP; i++) {
        out[to + group * GROUP + i] = scale * (data[first + i] >> shift & 3) - offset;
      }
    }
  }

  /** 32 bytes of third bits, 64 of the lower two, twelve of six-bit scales, a factor. */
  static void q3(byte[] data, int at, float[] out, int to) {
    int integers = at + SIZE / 8;
    int packed = integers + SIZE / 4;
    float factor = BlockDecoder.half(data, packed + PACKED_SCALES);
    for (int group = 0; group < SIZE / GROUP; group++) {
      float scale = factor * (sixBits(data, packed, group) - 32);
      int first = integers + twoBitsAt(group);
      int shift = twoBitShift(group);
      int lane = group % 2 * GROUP;
      int bit = group / 2;
      for (int i = 0; i < GROUP; i++) {
        // Where the third bit is set, nothing is subtracted.
        int below = ((data[at + lane + i] >> bit & 1) ^ 1) << 2;
        out[to + group * GROUP + i] = scale * ((data[first + i] >> shift & 3) - below);
      }
    }
  }

  /** Two factors, twelve bytes of eight six-bit scales and offsets, 128 of four-bit integers. */
  static void q4(byte[] data, int at, float[] out, int to) {
    float scales = BlockDecoder.half(data, at);
    float offsets = BlockDecoder.half(data, at + 2);
    int integers = at + 4 + PACKED_SCALES;
    for (int group = 0; group < SIZE / LANES; group++) {
      float scale = scales * scale(data, at + 4, group);
      float offset = offsets * offset(data, at + 4, group);
      int first = integers + group / 2 * LANES;
      int shift = group % 2 * 4;
      for (int i = 0; i < LANES; i++) {
        out[to + group * LANES + i] = scale * (data[first + i] >> shift & 0xF) - offset;
      }
    }
  }

  /** As four bits, with 32 bytes of fifth bits before the lower four. */
  static void q5(byte[] data, int at, float[] out, int to) {
    float scales = BlockDecoder.half(data, at);
    float offsets = BlockDecoder.half(data, at + 2);
    int high = at + 4 + PACKED_SCALES;
    int integers = high + LANES;
    for (int group = 0; group < SIZE / LANES; group++) {
      float scale = scales * scale(data, at + 4, group);
      float offset = offsets * offset(data, at + 4, group);
      int first = integers + group / 2 * LANES;
      int shift = group % 2 * 4;
      for (int i = 0; i < LANES; i++) {
        int fifth = (data[high + i] >> group & 1) << 4;
        out[to + group * LANES + i] = scale * ((data[first + i] >> shift & 0xF) | fifth) - offset;
      }
    }
  }

  /** 128 bytes of lower four bits, 64 of upper two, sixteen scales of a signed byte, a factor. */
  static void q6(byte[] data, int at, float[] out, int to) {
    int high = at + SIZE / 2;
    int scales = high + SIZE / 4;
    float factor = BlockDecoder.half(data, scales + GROUP);
    for (int row = 0; row < SIZE / LANES; row++) {
      int low = at + row / 4 * 64 + row % 2 * LANES;
      int lowShift = row % 4 / 2 * 4;
      int upper = high + row / 4 * LANES;
      int upperShift = row % 4 * 2;
      for (int i = 0; i < LANES; i++) {
        float scale = factor * data[scales + row * 2 + i / GROUP];
        int number = (data[low + i] >> lowShift & 0xF) | ((data[upper + i] >> upperShift & 3) << 4);
        out[to + row * LANES + i] = scale * (number - 32);
      }
    }
  }

  /** Where the bytes of a group of two-bit integers begin: 32 lanes hold eight groups. */
  private static int twoBitsAt(int group) {
    return group / 8 * LANES + group % 2 * GROUP;
  }

  private static int twoBitShift(int group) {
    return group % 8 / 2 * 2;
  }

  /** The scale of a group of Q3_K: the low four bits of all in eight bytes, the others in four. */
  private static int sixBits(byte[] data, int packed, int group) {
    int low = data[packed + group % 8] >> (group / 8 * 4) & 0xF;
    int high = data[packed + 8 + group % 4] >> (group / 4 * 2) & 3;
    return low | (high << 4);
  }

  /** The first four scales and offsets have a byte's low six bits, the others are in pieces. */
  private static int scale(byte[] data, int packed, int group) {
    return group < 4
        ? data[packed + group] & 0x3F
        : (data[packed + group + 4] & 0xF) | ((data[packed + group - 4] >> 6 & 3) << 4);
  }

  private static int offset(byte[] data, int packed, int group) {
    return group < 4
        ? data[packed + group + 4] & 0x3F
        : (data[packed + group + 4] >> 4 & 0xF) | ((data[packed + group] >> 6 & 3) << 4);
  }
}
