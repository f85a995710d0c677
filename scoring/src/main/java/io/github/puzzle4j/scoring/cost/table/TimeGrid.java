package io.github.puzzle4j.scoring.cost.table;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Measured times of one shape over two sizes. The second sizes can differ between first sizes:
 * attention is measured for different contexts at different numbers of requests.
 */
final class TimeGrid {

  private final NavigableMap<Double, NavigableMap<Double, Samples>> times = new TreeMap<>();

  /** Times of the same call, of which the median is used. */
  private static final class Samples {

    private double[] seconds = new double[0];

    void add(double value) {
      seconds = Arrays.copyOf(seconds, seconds.length + 1);
      seconds[seconds.length - 1] = value;
      Arrays.sort(seconds);
    }

    double median() {
      return (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2;
    }
  }

  void add(CallPoint point, double seconds) {
    times
        .computeIfAbsent(point.first(), first -> new TreeMap<>())
        .computeIfAbsent(point.second(), second -> new Samples())
        .add(seconds);
  }

  /** The measured or interpolated time; empty outside the measured range. */
  Optional<Double> seconds(CallPoint point) {
    Map.Entry<Double, NavigableMap<Double, Samples>> exact = times.ceilingEntry(point.first());
    if (exact != null && exact.getKey() == point.first()) {
      Optional<Double> seconds = along(exact.getValue(), point.second());
      if (seconds.isPresent()) {
        return seconds;
      }
    }
    return between(point);
  }

  /**
   * Interpolates between the nearest first sizes on both sides whose second sizes include the
   * point's.
   */
  private Optional<Double> between(CallPoint point) {
    Optional<Sample> below = nearest(times.headMap(point.first(), false).descendingMap(), point);
    Optional<Sample> above = nearest(times.tailMap(point.first(), false), point);
    return below.flatMap(low -> above.map(high -> interpolate(low, high, point.first())));
  }

  private static Optional<Sample> nearest(
      Map<Double, NavigableMap<Double, Samples>> candidates, CallPoint point) {
    return candidates.entrySet().stream()
        .flatMap(entry ->
            along(entry.getValue(), point.second()).stream()
                .map(seconds -> new Sample(entry.getKey(), seconds)))
        .findFirst();
  }

  private static Optional<Double> along(NavigableMap<Double, Samples> line, double size) {
    Map.Entry<Double, Samples> low = line.floorEntry(size);
    Map.Entry<Double, Samples> high = line.ceilingEntry(size);
    if (low == null || high == null) {
      return Optional.empty();
    }
    return Optional.of(
        interpolate(
            new Sample(low.getKey(), low.getValue().median()),
            new Sample(high.getKey(), high.getValue().median()),
            size));
  }

  private record Sample(double size, double seconds) {}

  /** Log-log interpolation, clamped to the two times. */
  private static double interpolate(Sample low, Sample high, double size) {
    if (low.size() == high.size()) {
      return low.seconds();
    }
    double share = Math.log(size / low.size()) / Math.log(high.size() / low.size());
    double seconds = low.seconds() * Math.pow(high.seconds() / low.seconds(), share);
    return Math.clamp(
        seconds, Math.min(low.seconds(), high.seconds()), Math.max(low.seconds(), high.seconds()));
  }
}
