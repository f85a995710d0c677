package io.github.puzzle4j.blocklib.gguf;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Types of tensors in GGUF files that can be read, by the names and numbers of the format. Some can
 * be written.
 */
public enum GgufType {
  F32(0, 1, 4, PlainBlocks::f32, RoundedBlocks::f32),
  F16(1, 1, 2, PlainBlocks::f16, RoundedBlocks::f16),
  Q4_0(2, SmallBlocks.SIZE, 18, SmallBlocks::q4Scaled, RoundedBlocks::q4Scaled),
  Q4_1(3, SmallBlocks.SIZE, 20, SmallBlocks::q4Offset),
  Q5_0(6, SmallBlocks.SIZE, 22, SmallBlocks::q5Scaled, RoundedBlocks::q5Scaled),
  Q5_1(7, SmallBlocks.SIZE, 24, SmallBlocks::q5Offset),
  Q8_0(8, SmallBlocks.SIZE, 34, SmallBlocks::q8Scaled, RoundedBlocks::q8Scaled),
  Q2_K(10, LargeBlocks.SIZE, 84, LargeBlocks::q2),
  Q3_K(11, LargeBlocks.SIZE, 110, LargeBlocks::q3),
  Q4_K(12, LargeBlocks.SIZE, 144, LargeBlocks::q4, FittedBlocks::q4),
  Q5_K(13, LargeBlocks.SIZE, 176, LargeBlocks::q5),
  Q6_K(14, LargeBlocks.SIZE, 210, LargeBlocks::q6, FittedBlocks::q6),
  IQ4_NL(20, SmallBlocks.SIZE, 18, SmallBlocks::q4Uneven),
  BF16(30, 1, 2, PlainBlocks::bf16, RoundedBlocks::bf16);

  /** Types of the format that are not read, for messages. */
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(4, "Q4_2"),
          Map.entry(5, "Q4_3"),
          Map.entry(9, "Q8_1"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"),
          Map.entry(40, "NVFP4"));

  private final int code;
  private final int blockSize;
  private final int blockBytes;

  // A function without state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final BlockDecoder decoder;

  @SuppressWarnings("ImmutableEnumChecker")
  private final BlockEncoder encoder;

  GgufType(int code, int blockSize, int blockBytes, BlockDecoder decoder) {
    this(
        code,
        blockSize,
        blockBytes,
        decoder,
        (_, _, _, _) -> {
          throw new IllegalArgumentException("type %d is not written".formatted(code));
        });
  }

  GgufType(int code, int blockSize, int blockBytes, BlockDecoder decoder, BlockEncoder encoder) {
    this.code = code;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
    this.encoder = encoder;
  }

  /** Its number in files. */
  public int code() {
    return code;
  }

  /** Numbers in a block; 1 if each is stored by itself. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Bytes of a tensor, whose rows are whole blocks. */
  public long bytes(long numbers) {
    return numbers / blockSize * blockBytes;
  }

  /** Whether several numbers share scales. */
  public boolean isQuantised() {
    return blockSize > 1;
  }

  /**
   * Multiplies whole blocks out.
   *
   * @param data the blocks from its start on
   * @param out its beginning receives the numbers
   * @param count numbers, a multiple of {@link #blockSize}
   */
  void decode(byte[] data, float[] out, int count) {
    for (int at = 0, to = 0; to < count; at += blockBytes, to += blockSize) {
      decoder.decode(data, at, out, to);
    }
  }

  /**
   * Rounds whole blocks.
   *
   * @param in the numbers from its start on
   * @param count numbers, a multiple of {@link #blockSize}
   * @param out its beginning receives the blocks
   * @throws IllegalArgumentException if the type is only read
   */
  public void encode(float[] in, int count, byte[] out) {
    IntStream blocks = IntStream.range(0, count / blockSize);
    // Scales are searched for, which takes far longer than to start some threads.
    (isQuantised() ? blocks.parallel() : blocks)
        .forEach(block -> encoder.encode(in, block * blockSize, out, block * blockBytes));
  }

  static Optional<GgufType> ofCode(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** What a number stands for that {@link #ofCode} does not know. */
  static String nameOf(int code) {
    return OTHERS.getOrDefault(code, "number " + Integer.toUnsignedString(code));
  }
}
