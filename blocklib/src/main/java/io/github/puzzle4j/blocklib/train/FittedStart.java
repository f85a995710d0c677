package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The start of a training after its fits, of which each is kept if it lowers the held-out loss.
 *
 * @param objective the training from there
 * @param parameters from which it starts; empty if no fit was kept
 */
record FittedStart(
    BlockImitation objective, Optional<SequencedMap<String, DeviceTensor>> parameters) {

  /**
   * Fits.
   *
   * @param scope of the parameters
   * @param initial the training without fits
   */
  static FittedStart of(DeviceMemory scope, Training training, BlockImitation initial)
      throws IOException {
    if (training.fits().isEmpty()) {
      return new FittedStart(initial, Optional.empty());
    }
    SequencedMap<String, DeviceTensor> parameters = training.start().parameters(scope);
    boolean better = false;
    double least = initial.startLoss();
    for (OutputFit fit : training.fits()) {
      SequencedMap<String, DeviceTensor> tried = new LinkedHashMap<>(parameters);
      for (DeviceTensor matrix : fit.matrices(scope, parameters, initial.batches())) {
        tried.put(fit.matrix(), matrix);
        double loss = initial.losses(tried)[0];
        if (loss < least) {
          least = loss;
          better = true;
          parameters.put(fit.matrix(), matrix);
        }
      }
    }
    return better
        ? new FittedStart(initial.of(training.startingWith(parameters)), Optional.of(parameters))
        : new FittedStart(initial, Optional.empty());
  }
}
