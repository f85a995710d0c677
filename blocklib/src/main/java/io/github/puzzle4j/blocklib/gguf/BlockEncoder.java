package io.github.puzzle4j.blocklib.gguf;

/** Rounds the numbers of one block to what a type can store. */
@FunctionalInterface
interface BlockEncoder {

  /**
   * Encodes a block.
   *
   * @param in holds the block's numbers from {@code from} on
   * @param out receives the block from {@code at} on
   */
  void encode(float[] in, int from, byte[] out, int at);

  static void putShort(byte[] out, int at, int value) {
    out[at] = (byte) value;
    out[at + 1] = (byte) (value >> Byte.SIZE);
  }

  static void putInt(byte[] out, int at, int value) {
    putShort(out, at, value);
    putShort(out, at + Short.BYTES, value >> Short.SIZE);
  }

  /** Stores a number in half precision, and returns it as it is then. */
  static float putHalf(byte[] out, int at, float value) {
    putShort(out, at, Float.floatToFloat16(value));
    return BlockDecoder.half(out, at);
  }
}
