package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;

/** Hidden states at one place of a teacher, for all batches; one batch in memory at a time. */
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
  NDArray batch(NDManager scope, int index);

  /** Frees them and removes what is on disk. */
  void discard() throws IOException;

  /** Frees what is in memory; what is on disk stays for a later run. */
  @Override
  void close();
}
