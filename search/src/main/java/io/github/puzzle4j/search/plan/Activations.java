package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.train.ActivationBudget;

/**
 * The room that activations may take while layers are visited one by one.
 *
 * @param memory up to which they are kept in memory, as float32
 * @param disk up to which they are kept on disk, as bfloat16, where memory is not enough
 */
public record Activations(MemorySize memory, MemorySize disk) {

  /** The same for the library. */
  public ActivationBudget budget() {
    return new ActivationBudget(memory.bytes(), disk.bytes());
  }
}
