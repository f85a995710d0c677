package io.github.puzzle4j.blocklib.gguf;

/** Types that store each number by itself: a block is one number. */
final class PlainBlocks {

  private PlainBlocks() {}

  static void f32(byte[] data, int at, float[] out, int to) {
    out[to] = Float.intBitsToFloat(BlockDecoder.int32(data, at));
  }

  static void f16(byte[] data, int at, float[] out, int to) {
    out[to] = BlockDecoder.half(data, at);
  }

  static void bf16(byte[] data, int at, float[] out, int to) {
    out[to] = Float.intBitsToFloat(BlockDecoder.short16(data, at) << Short.SIZE);
  }
}
