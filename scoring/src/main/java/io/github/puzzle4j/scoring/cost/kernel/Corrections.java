package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.List;

/**
 * Logarithms of correction factors on a coarse grid of matrix shapes, with linear interpolation
 * between the knots and constant extrapolation. They account for an engine's choice among many
 * tilings.
 *
 * @param logs by rows, then outputs, then inputs; the knots are 8, 64, 256, 4096 rows and 128,
 *     1024, 4096, 16384 outputs and inputs
 */
public record Corrections(@JsonValue List<Double> logs) {

  private static final double[] ROWS = {8, 64, 256, 4096};
  private static final double[] WIDTHS = {128, 1024, 4096, 16384};

  /** Number of knots. */
  public static final int SIZE = ROWS.length * WIDTHS.length * WIDTHS.length;

  private static final double MAX = 3;

  @JsonCreator
  public Corrections {
    if (logs.size() != SIZE) {
      throw new IllegalArgumentException(
          "corrections: %d numbers; there must be %d".formatted(logs.size(), SIZE));
    }
    for (Double log : logs) {
      if (log == null || !(Math.abs(log) <= MAX)) {
        throw new IllegalArgumentException(
            "corrections: %s must be between -%s and %s".formatted(log, MAX, MAX));
      }
    }
    logs = List.copyOf(logs);
  }

  /** All factors 1. */
  public static Corrections none() {
    return new Corrections(Collections.nCopies(SIZE, 0.0));
  }

  /** The factor for a shape. */
  double factor(long rows, long outputs, long inputs) {
    Place row = Place.of(ROWS, (double) rows);
    Place output = Place.of(WIDTHS, (double) outputs);
    Place input = Place.of(WIDTHS, (double) inputs);
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      int upRow = (corner >> 2) & 1;
      int upOutput = (corner >> 1) & 1;
      int upInput = corner & 1;
      int plane = (row.knot + upRow) * WIDTHS.length + output.knot + upOutput;
      double log = logs.get(plane * WIDTHS.length + input.knot + upInput);
      sum += row.share(upRow) * output.share(upOutput) * input.share(upInput) * log;
    }
    return Math.exp(sum);
  }

  /**
   * A position between two knots.
   *
   * @param knot the lower one
   * @param above relative distance from it towards the next one, from 0 to 1
   */
  private record Place(int knot, double above) {

    static Place of(double[] knots, double value) {
      double inside = Math.clamp(value, knots[0], knots[knots.length - 1]);
      int knot = 0;
      while (knot < knots.length - 2 && inside >= knots[knot + 1]) {
        knot++;
      }
      double above = Math.log(inside / knots[knot]) / Math.log(knots[knot + 1] / knots[knot]);
      return new Place(knot, above);
    }

    double share(int up) {
      return up == 1 ? above : 1 - above;
    }
  }
}
