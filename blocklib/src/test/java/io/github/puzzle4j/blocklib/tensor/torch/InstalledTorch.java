package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import org.junit.jupiter.api.Assumptions;

/** The engine on the PyTorch that this machine has. */
final class InstalledTorch {

  private InstalledTorch() {}

  /** Skips the test, saying why, where no PyTorch can be loaded. */
  static ComputeEngine engine() {
    try {
      ComputeEngine engine = Engines.named("torch");
      engine.load();
      return engine;
    } catch (InvalidInputException e) {
      return Assumptions.abort(e.getMessage());
    }
  }
}
