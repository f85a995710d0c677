package io.github.puzzle4j.search.run;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Random damage to the bytes of a file. */
final class Mutation {

  private static final int MOST_BYTES = 64;

  private Mutation() {}

  /** Other bytes than these: flipped, overwritten, cut, extended, moved or left out. */
  static byte[] of(byte[] bytes, SplittableRandom random) {
    byte[] mutated = once(bytes, random);
    return Arrays.equals(mutated, bytes) ? of(bytes, random) : mutated;
  }

  private static byte[] once(byte[] bytes, SplittableRandom random) {
    byte[] mutated = bytes.clone();
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(MOST_BYTES, bytes.length - at));
    switch (random.nextInt(8)) {
      case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutated[at] = (byte) random.nextInt(256);
      case 2 -> Arrays.fill(mutated, at, at + length, (byte) 0);
      case 3 -> {
        for (int i = at; i < at + length; i++) {
          mutated[i] = (byte) random.nextInt(256);
        }
      }
      case 4 -> mutated = Arrays.copyOf(bytes, at);
      case 5 -> mutated = Arrays.copyOf(bytes, bytes.length + length);
      case 6 ->
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), mutated, at, length);
      default -> {
        mutated = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, mutated, 0, at);
        System.arraycopy(bytes, at + length, mutated, at, bytes.length - at - length);
      }
    }
    return mutated;
  }
}
