package io.github.puzzle4j.search.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * Maps values to positions, with round ticks.
 *
 * @param least value at the start
 * @param most value at the end
 * @param logarithmic whether equal ratios are equally far apart
 * @param start position of {@code least}
 * @param end position of {@code most}
 */
record Axis(double least, double most, boolean logarithmic, double start, double end) {

  /** From this ratio on, small values could not be distinguished on a linear axis. */
  private static final double LOGARITHMIC_RATIO = 15;

  private static final int TICKS = 5;

  /** An axis that begins at 0, or a logarithmic one if values differ by much. */
  static Axis fromZero(List<Double> values, double start, double end) {
    List<Double> positive = values.stream().filter(value -> value > 0).toList();
    DoubleSummaryStatistics range = summary(positive);
    if (positive.isEmpty()) {
      return new Axis(0, 1, false, start, end);
    }
    return range.getMax() / range.getMin() > LOGARITHMIC_RATIO
        ? new Axis(range.getMin() / 1.4, range.getMax() * 1.4, true, start, end)
        : new Axis(0, range.getMax() * 1.08, false, start, end);
  }

  /** A linear axis around the values. */
  static Axis around(List<Double> values, double start, double end) {
    DoubleSummaryStatistics range = summary(values);
    double margin = Math.max((range.getMax() - range.getMin()) * 0.08, range.getMax() * 0.02);
    return values.isEmpty() || margin == 0
        ? new Axis(0, 1, false, start, end)
        : new Axis(
            Math.max(0, range.getMin() - margin), range.getMax() + margin, false, start, end);
  }

  private static DoubleSummaryStatistics summary(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
  }

  /** Position of a value; values outside are moved to the edge. */
  double at(double value) {
    double inside = Math.clamp(value, least, most);
    double share =
        logarithmic
            ? Math.log(inside / least) / Math.log(most / least)
            : (inside - least) / (most - least);
    return start + share * (end - start);
  }

  List<Double> ticks() {
    return logarithmic ? logarithmicTicks() : evenTicks();
  }

  private List<Double> evenTicks() {
    double rough = (most - least) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long index = (long) Math.ceil(least / step); index * step <= most; index++) {
      ticks.add(index * step);
    }
    return ticks;
  }

  private List<Double> logarithmicTicks() {
    List<Double> ticks = new ArrayList<>();
    boolean fine = most / least < 300;
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (int digit : fine ? new int[] {1, 3} : new int[] {1}) {
        double tick = digit * Math.pow(10, power);
        if (tick >= least && tick <= most) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** A tick's label. */
  static String label(double value) {
    double size = Math.abs(value);
    if (size >= 1_000_000) {
      return Numbers.significant(value / 1e6).replaceAll("\\.0+$", "") + "M";
    }
    if (size >= 10_000) {
      return Numbers.significant(value / 1e3).replaceAll("\\.0+$", "") + "k";
    }
    String text = Numbers.significant(value);
    return text.contains(".") && !text.contains("e") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
