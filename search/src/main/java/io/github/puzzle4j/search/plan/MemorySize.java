package io.github.puzzle4j.search.plan;

/**
 * An amount of memory or disk space.
 *
 * @param bytes 0 or more
 */
public record MemorySize(long bytes) {

  private static final long GIB = 1L << 30;

  public MemorySize {
    if (bytes < 0) {
      throw new IllegalArgumentException("must not be negative, not %d".formatted(bytes));
    }
  }

  /**
   * Reads {@code 2GiB} (or MiB, KiB, TiB, GB, MB), or a number of bytes.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static MemorySize parse(String text) {
    return new MemorySize(
        Units.bytes(text)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "must be a size such as 2GiB, or a number of bytes, not '%s'"
                        .formatted(text))));
  }

  /** The text that {@link #parse} reads back. */
  @Override
  public String toString() {
    return bytes % GIB == 0 ? bytes / GIB + "GiB" : Long.toString(bytes);
  }
}
