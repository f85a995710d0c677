package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Identifies an attention kernel of an engine. Kernels are compiled for certain head widths, often
 * from different code, so each has its own coefficients. In files {@code bf16/128}.
 *
 * @param cache number format of keys and values
 * @param widestHead narrower heads run in the kernel of the next width
 */
public record AttentionKernel(NumberFormat cache, int widestHead)
    implements Comparable<AttentionKernel> {

  private static final Comparator<AttentionKernel> ORDER =
      Comparator.comparing(AttentionKernel::cache).thenComparingInt(AttentionKernel::widestHead);

  /** Above the width of any head. */
  private static final int EVERY_WIDTH = 65_536;

  public AttentionKernel {
    Positive.require("widest_head", widestHead);
  }

  /** The kernel of an engine that uses the same kernel for heads of every width. */
  public static AttentionKernel ofEveryWidth(NumberFormat cache) {
    return new AttentionKernel(cache, EVERY_WIDTH);
  }

  /**
   * Parses the text form.
   *
   * @throws IllegalArgumentException if it is not a format, a slash and a width
   */
  @JsonCreator
  public static AttentionKernel of(String text) {
    String[] parts = text.split("/", -1);
    for (NumberFormat format : NumberFormat.values()) {
      if (parts.length == 2
          && parts[0].equals(format.id())
          && parts[1].matches("[1-9][0-9]{0,4}")) {
        return new AttentionKernel(format, Integer.parseInt(parts[1]));
      }
    }
    throw new IllegalArgumentException(
        "'%s' must be a format of the cache, a slash and the widest head, such as bf16/128"
            .formatted(text));
  }

  /** Looks up the entry for the kernel that runs a call; empty if no kernel is wide enough. */
  public static <F> Optional<F> forCall(
      NavigableMap<AttentionKernel, F> kernels, NumberFormat cache, int headDim) {
    return Optional.ofNullable(kernels.ceilingEntry(new AttentionKernel(cache, headDim)))
        .filter(entry -> entry.getKey().cache() == cache)
        .map(Map.Entry::getValue);
  }

  @Override
  public int compareTo(AttentionKernel other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    return String.format(Locale.ROOT, "%s/%d", cache.id(), widestHead);
  }
}
