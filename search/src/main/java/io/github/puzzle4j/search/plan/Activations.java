package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.train.ActivationBudget;

/**
 * Limits for activations while layers are visited one by one.
 *
 * @param memory limit of those kept in memory, as float32
 * @param disk limit of those kept on disk, as bfloat16, if memory is not enough
 */
public record Activations(MemorySize memory, MemorySize disk) {

  /** The same for the library. */
  public ActivationBudget budget() {
    return new ActivationBudget(memory.bytes(), disk.bytes());
  }
}
