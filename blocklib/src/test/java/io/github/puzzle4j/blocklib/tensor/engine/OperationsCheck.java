package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * One check of an engine's operations. None needs a test framework, so that they also run where
 * there is only a Java runtime: {@code java .. OperationsCheck torch cuda:0}.
 *
 * @param strided whether operands have the strides of transposed tensors
 */
record OperationsCheck(String name, boolean strided, Consumer<Trial> body) {

  /** All of them. */
  static List<OperationsCheck> all() {
    List<OperationsCheck> checks = new ArrayList<>();
    for (boolean strided : new boolean[] {false, true}) {
      MemoryChecks.all().forEach((name, body) -> checks.add(of(name, strided, body)));
      ArithmeticChecks.all().forEach((name, body) -> checks.add(of(name, strided, body)));
      ModelChecks.all().forEach((name, body) -> checks.add(of(name, strided, body)));
    }
    return checks;
  }

  private static OperationsCheck of(String name, boolean strided, Consumer<Trial> body) {
    return new OperationsCheck(strided ? name + ", other strides" : name, strided, body);
  }

  void run(Operations operations) {
    try (Trial trial = new Trial(operations, strided)) {
      body.accept(trial);
    }
  }

  /**
   * Runs all checks.
   *
   * @param args name of the engine, and {@code cpu} or {@code cuda:N}
   */
  public static void main(String[] args) throws InvalidInputException {
    ComputeEngine engine = Engines.named(args[0]);
    engine.load();
    System.out.printf(
        "%s %s in %s, %d GPUs%n", engine.id(), engine.version(), engine.location(), engine.gpus());
    OptionalInt gpu =
        args[1].equals("cpu")
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(args[1].substring("cuda:".length())));
    gpu.ifPresent(number ->
        System.out.printf(
            "%s, %d bytes, %s%n",
            engine.gpuName(number), engine.gpuBytes(number), engine.gpuCapability(number)));
    Operations operations = engine.on(gpu);
    long failed = 0;
    for (OperationsCheck check : all()) {
      failed += failures(check.name(), () -> check.run(operations));
    }
    try (DeviceMemory memory = ComputeDevice.named(engine, args[1]).memory()) {
      for (SlopesCheck check : SlopesCheck.all()) {
        failed += failures("gradients of " + check.name(), () -> check.run(memory));
      }
    }
    System.out.printf("%d checks, %d failed%n", all().size() + SlopesCheck.all().size(), failed);
    if (failed > 0) {
      System.exit(1);
    }
  }

  private static int failures(String name, Runnable check) {
    try {
      check.run();
      return 0;
    } catch (AssertionError | RuntimeException e) {
      System.out.printf("FAILED %s: %s%n", name, e);
      return 1;
    }
  }
}
