package io.github.puzzle4j.blocklib.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Assigns documents to splits by a hash of their text. Each document belongs to exactly one split,
 * so splits never share a text, even if drawn with different seeds.
 */
public enum CorpusSplit {
  /** For training the teacher, its variants and children. */
  TRAIN(8),
  /** For scoring variants during a search. */
  VALIDATION(1),
  /** For final measurements only. */
  HELD_OUT(1);

  private static final int SHARES = 10;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final int shares;

  CorpusSplit(int shares) {
    this.shares = shares;
  }

  /** The split of a text. */
  public static CorpusSplit of(String text) {
    return of(hash(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The split of a document of these token ids. */
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

  /** FNV-1a with the finaliser of SplitMix64, which mixes the low digits well. */
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
