package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;

/**
 * Hidden states at one boundary of a teacher's layers, for all batches; one batch in memory at a
 * time.
 */
public interface BoundaryActivations extends AutoCloseable {

  /** Number of batches. */
  int batches();

  /**
   * The hidden states of one batch.
   *
   * @param scope owns the result
   * @param index counted from 0
   * @return float32 {@code [rows, tokens, hidden]}; not to be written to
   */
  DeviceTensor batch(DeviceMemory scope, int index);

  /** Whether they are what was computed, and were not rounded to be kept. */
  default boolean isExact() {
    return false;
  }

  /** Frees them and removes what is on disk. */
  void discard() throws IOException;

  /** Frees what is in memory; what is on disk stays for a later run. */
  @Override
  void close();
}
