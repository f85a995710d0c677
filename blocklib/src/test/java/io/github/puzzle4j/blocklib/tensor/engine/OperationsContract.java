package io.github.puzzle4j.blocklib.tensor.engine;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the operations of every engine compute, against numbers made by PyTorch. */
public abstract class OperationsContract {

  /** The operations to check; skips the tests where there are none. */
  protected abstract Operations operations();

  @TestFactory
  final Stream<DynamicTest> operationsGivePyTorchsNumbers() {
    Operations operations = operations();
    return OperationsCheck.all().stream()
        .map(check -> DynamicTest.dynamicTest(check.name(), () -> check.run(operations)));
  }
}
