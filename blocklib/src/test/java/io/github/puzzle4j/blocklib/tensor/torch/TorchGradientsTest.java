package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.engine.GradientsContract;
import org.junit.jupiter.api.Tag;

/** Backward passes on the processor. */
@Tag("torch")
class TorchGradientsTest extends GradientsContract {

  @Override
  protected ComputeDevice device() throws InvalidInputException {
    return ComputeDevice.named(InstalledTorch.engine(), "cpu");
  }
}
