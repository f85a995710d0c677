package io.github.puzzle4j.blocklib.train;

/** Batches by number, so that a resumed training sees the same ones. */
@FunctionalInterface
public interface TokenBatchSource {

  /** The batch of a step, counted from 0; always the same one for the same step. */
  TokenBatch batch(int step);
}
