package io.github.puzzle4j.search.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** Measures times. */
public final class Clock {

  private Clock() {}

  /** A result and the seconds it took. */
  public record Timed<T>(T result, double seconds) {}

  /** Runs the work once. */
  public static <T> Timed<T> time(Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    return new Timed<>(result, secondsSince(start));
  }

  /**
   * Seconds until now.
   *
   * @param start on the clock of {@link System#nanoTime()}
   */
  public static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** The median; of an even number of values, the mean of the middle two. */
  public static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
