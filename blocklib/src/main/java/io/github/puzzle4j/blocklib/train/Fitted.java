package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
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
      Optional<DeviceTensor> matrix = fit.fitted(scope, best, objective.batches());
      if (matrix.isPresent()) {
        SequencedMap<String, DeviceTensor> tried = new LinkedHashMap<>(best);
        tried.put(fit.matrix(), matrix.get());
        double found = objective.losses(tried)[0];
        if (found < least) {
          least = found;
          better = true;
          best = tried;
        }
      }
    }
    return new Fitted(best, least, better);
  }
}
