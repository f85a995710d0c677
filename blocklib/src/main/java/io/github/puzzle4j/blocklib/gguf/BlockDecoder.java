package io.github.puzzle4j.blocklib.gguf;

/** Multiplies one block of stored numbers out. */
@FunctionalInterface
interface BlockDecoder {

  /**
   * Decodes a block.
   *
   * @param data holds the block from {@code at} on
   * @param out receives the block's numbers from {@code to} on
   */
  void decode(byte[] data, int at, float[] out, int to);

  /** A number of 16 bits at a position, little-endian. */
  static short short16(byte[] data, int at) {
    return (short) ((data[at] & 0xFF) | (data[at + 1] << Byte.SIZE));
  }

  /** A number of 32 bits at a position, little-endian. */
  static int int32(byte[] data, int at) {
    return (short16(data, at) & 0xFFFF) | (short16(data, at + Short.BYTES) << Short.SIZE);
  }

  /** A number in half precision at a position. */
  static float half(byte[] data, int at) {
    return Float.float16ToFloat(short16(data, at));
  }
}
