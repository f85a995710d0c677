package io.github.puzzle4j.search.plan;

import java.util.List;

/** The batch sizes that a scenario is priced at. */
public sealed interface BatchSizes {

  /** Powers of two, up to the largest that fits. */
  record Ladder() implements BatchSizes {}

  /**
   * These sizes only.
   *
   * @param sizes requests served at once, at least one size
   */
  record Exactly(List<Integer> sizes) implements BatchSizes {

    public Exactly {
      sizes = List.copyOf(sizes);
      if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 1 || size > 1 << 20)) {
        throw new IllegalArgumentException(
            "must be 'ladder' or sizes between 1 and %d, not %s".formatted(1 << 20, sizes));
      }
    }
  }
}
