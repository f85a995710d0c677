package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.gguf.GgufType;

/**
 * Which types the matrices of a file have: one, or a mix as llama.cpp's {@code llama-quantize}
 * makes it without an importance matrix, by the same names.
 */
enum GgufMix {
  F32(0, GgufType.F32),
  F16(1, GgufType.F16),
  BF16(32, GgufType.BF16),
  Q8_0(7, GgufType.Q8_0),
  Q4_0(2, GgufType.Q4_0),
  Q4_K_M(15, GgufType.Q4_K),
  Q6_K(18, GgufType.Q6_K);

  private final int fileType;
  private final GgufType usual;

  GgufMix(int fileType, GgufType usual) {
    this.fileType = fileType;
    this.usual = usual;
  }

  /** Its number in {@code general.file_type}. */
  int fileType() {
    return fileType;
  }

  /** Whether matrices are rounded to fewer than 16 bits. */
  boolean isQuantised() {
    return usual.isQuantised();
  }

  /**
   * The type of the embedding, if it is the LM head too, or of the LM head.
   *
   * @param columns width of a row
   */
  GgufType head(long columns) {
    if (!usual.isQuantised()) {
      return usual;
    }
    return fitting(
        columns % usual.blockSize() == 0 && usual != GgufType.Q8_0 ? GgufType.Q6_K : GgufType.Q8_0,
        columns);
  }

  /** The type of an embedding that is not the LM head, and of most matrices. */
  GgufType usual(long columns) {
    return fitting(usual, columns);
  }

  /**
   * The type of a value projection or of the last matrix of an FFN.
   *
   * @param index how many such matrices come before it
   * @param count how many such matrices there are
   */
  GgufType important(long columns, int index, int count) {
    boolean more = index < count / 8 || index >= 7 * count / 8 || (index - count / 8) % 3 == 2;
    return fitting(this == Q4_K_M && more ? GgufType.Q6_K : usual, columns);
  }

  /** The type, or one with smaller blocks where a row is not whole blocks. */
  private static GgufType fitting(GgufType type, long columns) {
    if (columns % type.blockSize() == 0) {
      return type;
    }
    return switch (type) {
      case Q4_K -> fitting(GgufType.Q5_0, columns);
      case Q6_K -> fitting(GgufType.Q8_0, columns);
      case F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q5_K, IQ4_NL, BF16 -> GgufType.F16;
    };
  }
}
