package io.github.puzzle4j.blocklib.arch;

/**
 * The experts that stand in the place of a teacher's FFN.
 *
 * @param count experts in all; 0 where the FFN is a single one
 * @param chosen experts that work on each token
 * @param channels of one expert
 * @param sharedChannels of an expert that works on every token; 0 without one
 */
public record Experts(int count, int chosen, int channels, int sharedChannels) {

  /** A single FFN. */
  public static final Experts NONE = new Experts(0, 0, 0, 0);

  public Experts {
    boolean none = count == 0 && chosen == 0 && channels == 0 && sharedChannels == 0;
    if (!none
        && (count < 1 || chosen < 1 || chosen > count || channels < 1 || sharedChannels < 0)) {
      throw new IllegalArgumentException(
          "experts: count=%d, chosen=%d, channels=%d, sharedChannels=%d; need 1 <= chosen <= count and channels >= 1"
              .formatted(count, chosen, channels, sharedChannels));
    }
  }

  /** Whether there are any. */
  public boolean present() {
    return count > 0;
  }

  /** The same with fewer experts. */
  public Experts withCount(int fewer) {
    return new Experts(fewer, chosen, channels, sharedChannels);
  }
}
