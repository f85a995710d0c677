package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import java.util.Optional;

/**
 * What computes.
 *
 * @param engine name of one of {@link Engines}
 * @param threads of the processor
 */
public record Computing(String engine, ThreadCount threads) {

  /** The environment's variable that names an engine for every command on a machine. */
  public static final String VARIABLE = "PUZZLE4J_ENGINE";

  /** Where nobody asks for anything else. */
  public static Computing usual() {
    return new Computing(Engines.DEFAULT, ThreadCount.all()).onThisMachine();
  }

  /** On the engine that the environment names, if it names one. */
  public Computing onThisMachine() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(name -> !name.isBlank())
        .map(name -> new Computing(name, threads))
        .orElse(this);
  }

  /**
   * A device of this engine.
   *
   * @param name see {@link ComputeDevice#named}
   * @throws InvalidInputException if there is no such engine or device here
   */
  public ComputeDevice device(String name) throws InvalidInputException {
    threads.number().ifPresent(ComputeDevice::setThreads);
    return ComputeDevice.named(name);
  }
}
