package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Computations that treat the rows of a batch alike. Where the device runs out of memory, half as
 * many rows pass at a time, from then on.
 *
 * <p>Not while gradients are recorded, which need what all groups leave: there a whole {@link
 * OptimizerStep} begins again with less.
 */
final class RowGroups {

  private volatile int most = Integer.MAX_VALUE;

  /**
   * Computes.
   *
   * @param all {@code [rows, ..]}
   * @param computation leaves nothing in memory where it fails
   * @return of as many rows, in the memory of {@code all}
   */
  DeviceTensor pass(DeviceTensor all, UnaryOperator<DeviceTensor> computation) {
    if (Gradients.areRecorded()) {
      return computation.apply(all);
    }
    int rows = Math.toIntExact(all.size(0));
    while (true) {
      int atOnce = Math.min(most, rows);
      try {
        return atOnce == rows
            ? computation.apply(all)
            : all.within(input -> inGroups(input, atOnce, computation));
      } catch (OutOfDeviceMemoryException e) {
        if (atOnce == 1) {
          throw e;
        }
        most = atOnce / 2;
      }
    }
  }

  private static DeviceTensor inGroups(
      DeviceTensor all, int atOnce, UnaryOperator<DeviceTensor> computation) {
    List<DeviceTensor> groups = new ArrayList<>();
    for (long from = 0; from < all.size(0); from += atOnce) {
      DeviceTensor group = all.slice(0, from, Math.min(all.size(0), from + atOnce));
      groups.add(computation.apply(group));
    }
    return DeviceTensor.concat(groups, 0);
  }
}
