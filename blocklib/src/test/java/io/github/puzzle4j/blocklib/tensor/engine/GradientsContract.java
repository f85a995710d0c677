package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What all backward passes give on every engine: the slopes of what was computed. */
public abstract class GradientsContract {

  /** The device to check; skips the tests where there is none. */
  protected abstract ComputeDevice device() throws InvalidInputException;

  @TestFactory
  final Stream<DynamicTest> gradientsAreSlopes() throws InvalidInputException {
    DeviceMemory memory = device().memory();
    return SlopesCheck.all().stream()
        .map(check -> DynamicTest.dynamicTest(check.name(), () -> check.run(memory)))
        .onClose(memory::close);
  }
}
