package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import java.util.Optional;

/**
 * What computes.
 *
 * @param engine name of one of {@link Engines}
 * @param threads of the processor
 */
public record Computing(String engine, ThreadCount threads) {

  /** The variable that both start scripts take {@link Engines#PROPERTY} from. */
  public static final String VARIABLE = "PUZZLE4J_ENGINE";

  /** Where nobody asks for anything else. */
  public static Computing usual() {
    return new Computing(Engines.byDefault(), ThreadCount.all());
  }

  /** On the engine that is named for all commands on this machine, if one is. */
  public Computing onThisMachine() {
    return Optional.ofNullable(System.getProperty(Engines.PROPERTY))
        .map(named -> new Computing(named, threads))
        .orElse(this);
  }

  /**
   * A device of this engine.
   *
   * @param name see {@link ComputeDevice#named}
   * @throws InvalidInputException if there is no such engine or device here
   */
  public ComputeDevice device(String name) throws InvalidInputException {
    ComputeEngine used = Engines.named(engine);
    if (threads.number().isPresent()) {
      used.load();
      used.setThreads(threads.number().getAsInt());
    }
    return ComputeDevice.named(used, name);
  }
}
