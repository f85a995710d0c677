package io.github.puzzle4j.search.plan;

import java.util.Map;

/**
 * An amount of memory or of room on a disk.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("must be at least 0 bytes, not %d".formatted(bytes));
    }
  }

  /**
   * Reads {@code 2GiB} (or MiB, KiB, TiB, GB, MB) or a number of bytes.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ByteSize parse(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return new ByteSize(Long.parseLong(text));
    }
    for (Map.Entry<String, Long> unit : Units.BYTES.entrySet()) {
      if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})? ?" + unit.getKey())) {
        String number = text.substring(0, text.length() - unit.getKey().length()).strip();
        return new ByteSize(Math.round(Double.parseDouble(number) * unit.getValue()));
      }
    }
    throw new IllegalArgumentException(
        "must be a size such as 2GiB, or a number of bytes, not '%s'".formatted(text));
  }

  @Override
  public String toString() {
    return Long.toString(bytes);
  }
}
