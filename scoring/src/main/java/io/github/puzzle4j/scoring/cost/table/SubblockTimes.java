package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import java.util.Optional;

/**
 * A source of times of whole subblocks, including norms, projections and residuals. If a time is
 * known, the kernels of the subblock are not predicted.
 */
@FunctionalInterface
public interface SubblockTimes {

  /** The time of a subblock; empty if it was not measured in exactly this setting. */
  Optional<Estimate> of(Shape subblock, Work work);

  /** Falls back to other times for what is unknown here. */
  default SubblockTimes or(SubblockTimes others) {
    return (subblock, work) -> of(subblock, work).or(() -> others.of(subblock, work));
  }

  /** Distinguishes subblocks of one model. */
  sealed interface Shape {

    /** Attention with this number of key and value heads in the whole model, not per GPU. */
    record Attention(int kvHeads) implements Shape {}

    /** A gated FFN with this number of channels in the whole model. */
    record Ffn(int channels) implements Shape {}
  }

  /** The timed part of processing a batch. */
  enum Part {
    /** All prompts. */
    PREFILL,
    /** All decode steps. */
    DECODE,
    /** Prompts and decode steps. */
    WHOLE
  }

  /**
   * The workload of a subblock.
   *
   * @param batch number of concurrent requests
   * @param promptTokens per request
   * @param newTokens per request
   */
  record Work(Part part, long batch, long promptTokens, long newTokens) {}
}
