package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Parameters, and their held-out loss.
 *
 * @param fitted whether a fit has changed them
 */
record Fitted(SequencedMap<String, DeviceTensor> parameters, double loss, boolean fitted) {

  /**
   * These, or better ones: each fit is kept if it lowers the loss.
   *
   * @param scope of what is fitted
   * @param objective measures the loss
   */
  Fitted by(List<OutputFit> fits, DeviceMemory scope, BlockImitation objective) {
    SequencedMap<String, DeviceTensor> best = new LinkedHashMap<>(parameters);
    double least = loss;
    boolean better = fitted;
    for (OutputFit fit : fits) {
      SequencedMap<String, DeviceTensor> tried = new LinkedHashMap<>(best);
      for (DeviceTensor matrix : fit.matrices(scope, best, objective.batches())) {
        tried.put(fit.matrix(), matrix);
        double found = objective.losses(tried)[0];
        if (found < least) {
          least = found;
          better = true;
          best.put(fit.matrix(), matrix);
        }
      }
    }
    return new Fitted(best, least, better);
  }
}
