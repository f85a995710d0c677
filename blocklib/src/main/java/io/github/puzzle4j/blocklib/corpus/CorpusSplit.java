package io.github.puzzle4j.blocklib.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which documents may be used for what. A document belongs to exactly one split, by a hash of its
 * text: the three never share a text, whatever seeds they are drawn with.
 */
public enum CorpusSplit {
  /** For training: the teacher itself, its variants, and the repair of a child. */
  TRAIN(8),
  /** For scores: what a search chooses by. */
  VALIDATION(1),
  /** For the final figures alone. */
  HELD_OUT(1);

  private static final int SHARES = 10;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final int shares;

  CorpusSplit(int shares) {
    this.shares = shares;
  }

  /** The split that this text belongs to. */
  public static CorpusSplit of(String text) {
    return of(hash(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The split that a document of these token ids belongs to. */
  public static CorpusSplit of(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(ids.length, Integer.BYTES));
    bytes.asIntBuffer().put(ids);
    return of(hash(bytes.array()));
  }

  private static CorpusSplit of(long hash) {
    long share = Long.remainderUnsigned(hash, SHARES);
    if (share < TRAIN.shares) {
      return TRAIN;
    }
    return share < TRAIN.shares + VALIDATION.shares ? VALIDATION : HELD_OUT;
  }

  /** FNV-1a, finished as in SplitMix64 so that the low digits are well mixed. */
  private static long hash(byte[] bytes) {
    long hash = FNV_OFFSET;
    for (byte value : bytes) {
      hash = (hash ^ (value & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
