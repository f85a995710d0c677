package io.github.puzzle4j.search.estimate;

import io.github.puzzle4j.blocklib.arch.Subblock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Times of subblocks that are half a layer: two are measured, the smallest and the largest, and
 * others lie between them in proportion to their parameters. What does nothing takes no time.
 */
final class Curve {

  private final int hiddenSize;
  private final double smallest;
  private final double largest;
  private final double fromSeconds;
  private final double toSeconds;

  Curve(int hiddenSize, double smallest, double largest, double fromSeconds, double toSeconds) {
    this.hiddenSize = hiddenSize;
    this.smallest = smallest;
    this.largest = largest;
    this.fromSeconds = fromSeconds;
    this.toSeconds = toSeconds;
  }

  static <S extends Subblock> Curve of(
      int hiddenSize, Collection<S> subblocks, ToDoubleFunction<S> seconds) {
    List<S> some =
        subblocks.stream()
            .filter(one -> one.parameters(hiddenSize) > 0)
            .sorted(Comparator.comparingLong(one -> one.parameters(hiddenSize)))
            .toList();
    if (some.isEmpty()) {
      return new Curve(hiddenSize, 0, 0, 0, 0);
    }
    S first = some.getFirst();
    S last = some.getLast();
    double from = seconds.applyAsDouble(first);
    double to =
        last.parameters(hiddenSize) == first.parameters(hiddenSize)
            ? from
            : seconds.applyAsDouble(last);
    return new Curve(
        hiddenSize, first.parameters(hiddenSize), last.parameters(hiddenSize), from, to);
  }

  double seconds(Subblock subblock) {
    double parameters = subblock.parameters(hiddenSize);
    if (parameters == 0) {
      return 0;
    }
    double share = largest == smallest ? 0 : (parameters - smallest) / (largest - smallest);
    return fromSeconds + share * (toSeconds - fromSeconds);
  }

  /** All of some subblocks. */
  double total(Collection<? extends Subblock> subblocks) {
    return subblocks.stream().mapToDouble(this::seconds).sum();
  }

  /** The mean over some subblocks. */
  double mean(Collection<? extends Subblock> subblocks) {
    return subblocks.stream().mapToDouble(this::seconds).average().orElse(0);
  }
}
