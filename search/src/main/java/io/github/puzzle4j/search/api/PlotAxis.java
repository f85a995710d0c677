package io.github.puzzle4j.search.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The range of an axis, from one round number to another.
 *
 * @param from its least value
 * @param step between the values that are written at it
 * @param steps how many
 */
record PlotAxis(double from, double step, int steps) {

  private static final int MOST_STEPS = 6;
  private static final double SMALLEST = 1e-300;

  /** The axis on which all points of a plot have a place. */
  static PlotAxis of(Plot plot, ToDoubleFunction<Plot.Point> value) {
    double[] values =
        plot.series().stream()
            .flatMap(one -> one.points().stream())
            .mapToDouble(value)
            .sorted()
            .toArray();
    if (values.length == 0) {
      return new PlotAxis(0, 1, 1);
    }
    double least = values[0];
    double most = values[values.length - 1];
    // A single value, or several that no picture could tell apart, are put into the middle.
    double tellApart = Math.max(1e-9 * Math.max(Math.abs(least), Math.abs(most)), SMALLEST);
    if (most - least < tellApart) {
      double margin = least == 0 ? 1 : Math.max(Math.abs(least) / 2, SMALLEST);
      least -= margin;
      most += margin;
    }
    double step = round((most - least) / MOST_STEPS);
    double from = step * Math.floor(least / step);
    return new PlotAxis(from, step, Math.max(1, (int) Math.ceil((most - from) / step - 1e-9)));
  }

  /** The next of 1, 2, 5, 10, 20 and so on. */
  private static double round(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= step) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Where a value is: 0 at the beginning, 1 at the end. */
  double place(double value) {
    return (value - from) / (step * steps);
  }

  /** The values that are written at it. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i <= steps; i++) {
      // Without the last digits of 0.1 + 0.2.
      ticks.add(Math.round(from / step + i) * step);
    }
    return ticks;
  }

  static String text(double tick) {
    return Table.rounded(tick);
  }
}
