package io.github.puzzle4j.scoring.cost.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Measured times of one shape over two sizes. The second sizes can differ between first sizes:
 * attention is measured for different contexts at different numbers of requests.
 */
final class TimeGrid {

  /** Of several times of the same call the median is used. */
  private final NavigableMap<Double, NavigableMap<Double, List<Double>>> times = new TreeMap<>();

  void add(CallPoint point, double seconds) {
    times
        .computeIfAbsent(point.first(), first -> new TreeMap<>())
        .computeIfAbsent(point.second(), second -> new ArrayList<>())
        .add(seconds);
  }

  /** The measured or interpolated time; empty outside the measured range. */
  Optional<Double> seconds(CallPoint point) {
    Map.Entry<Double, NavigableMap<Double, List<Double>>> exact = times.ceilingEntry(point.first());
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
      Map<Double, NavigableMap<Double, List<Double>>> candidates, CallPoint point) {
    return candidates.entrySet().stream()
        .flatMap(entry ->
            along(entry.getValue(), point.second()).stream()
                .map(seconds -> new Sample(entry.getKey(), seconds)))
        .findFirst();
  }

  private static Optional<Double> along(NavigableMap<Double, List<Double>> line, double size) {
    Map.Entry<Double, List<Double>> low = line.floorEntry(size);
    Map.Entry<Double, List<Double>> high = line.ceilingEntry(size);
    if (low == null || high == null) {
      return Optional.empty();
    }
    return Optional.of(
        interpolate(
            new Sample(low.getKey(), median(low.getValue())),
            new Sample(high.getKey(), median(high.getValue())),
            size));
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
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
