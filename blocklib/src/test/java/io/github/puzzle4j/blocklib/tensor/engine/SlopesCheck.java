package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One backward pass against differences of its forward pass; like {@link OperationsCheck} without a
 * test framework.
 */
record SlopesCheck(String name, Consumer<Slopes> body) {

  /** All of them. */
  static List<SlopesCheck> all() {
    List<SlopesCheck> checks = new ArrayList<>();
    OperationSlopes.all().forEach((name, body) -> checks.add(new SlopesCheck(name, body)));
    SubblockSlopes.all().forEach((name, body) -> checks.add(new SlopesCheck(name, body)));
    LossSlopes.all().forEach((name, body) -> checks.add(new SlopesCheck(name, body)));
    return checks;
  }

  void run(DeviceMemory parent) {
    try (DeviceMemory memory = parent.newScope()) {
      body.accept(new Slopes(memory));
    }
  }
}
