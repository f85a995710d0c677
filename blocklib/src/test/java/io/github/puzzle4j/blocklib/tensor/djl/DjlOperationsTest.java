package io.github.puzzle4j.blocklib.tensor.djl;

import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.OperationsContract;
import java.util.OptionalInt;

/** The operations of the default engine. */
class DjlOperationsTest extends OperationsContract {

  @Override
  protected Operations operations() {
    return new DjlEngine().on(OptionalInt.empty());
  }
}
