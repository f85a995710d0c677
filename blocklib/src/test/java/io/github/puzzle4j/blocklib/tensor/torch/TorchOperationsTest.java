package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.OperationsContract;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;

/** The operations of the engine on the processor. */
@Tag("torch")
class TorchOperationsTest extends OperationsContract {

  @Override
  protected Operations operations() {
    return InstalledTorch.engine().on(OptionalInt.empty());
  }
}
