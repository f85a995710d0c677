package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import java.util.Optional;

/**
 * Something that knows how long whole subblocks take, their norms, projections and residuals
 * included. Where it answers, the kernels of the subblock need no predicting.
 */
@FunctionalInterface
public interface SubblockTimes {

  /** The time of a subblock; empty where it was not measured in just this setting. */
  Optional<Estimate> of(Shape subblock, Work work);

  /** These times, and others for what these know nothing of. */
  default SubblockTimes or(SubblockTimes others) {
    return (subblock, work) -> of(subblock, work).or(() -> others.of(subblock, work));
  }

  /** What tells subblocks of one model apart. */
  sealed interface Shape {

    /** Attention with so many key and value heads of the whole model, not of one GPU. */
    record Attention(int kvHeads) implements Shape {}

    /** A gated FFN with so many channels of the whole model. */
    record Ffn(int channels) implements Shape {}
  }

  /** The part of a batch's way through the subblock that is timed. */
  enum Part {
    /** All prompts. */
    PREFILL,
    /** All steps of all new tokens. */
    DECODE,
    /** Both. */
    WHOLE
  }

  /**
   * What a subblock is given to do.
   *
   * @param batch requests that run together
   * @param promptTokens of each request
   * @param newTokens of each request
   */
  record Work(Part part, long batch, long promptTokens, long newTokens) {}
}
