package io.github.puzzle4j.blocklib.tensor.djl;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.engine.GradientsContract;

/** Backward passes on the default engine. */
class DjlGradientsTest extends GradientsContract {

  @Override
  protected ComputeDevice device() throws InvalidInputException {
    return ComputeDevice.named(new DjlEngine(), "cpu");
  }
}
