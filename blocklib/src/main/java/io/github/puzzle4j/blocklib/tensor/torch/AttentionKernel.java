package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;
import java.util.Optional;

/** A way to compute attention. */
interface AttentionKernel {

  /** Whether keys and values may have fewer heads than queries. */
  boolean groupsHeads();

  Attention forward(Scores scores);

  /**
   * Gradients of query, key and value.
   *
   * @param gradient of the output
   * @param attended what {@link #forward} gave
   */
  List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended);

  /**
   * Operands of attention.
   *
   * @param mask added to scores; empty for none
   */
  record Scores(
      TorchTensor query,
      TorchTensor key,
      TorchTensor value,
      Optional<TorchTensor> mask,
      boolean causal) {

    /** The factor of scores. */
    double scale() {
      return 1 / Math.sqrt((double) query.size(-1));
    }

    Argument scaleArgument() {
      return Argument.some(new Argument.Real(scale()));
    }

    Argument causalArgument() {
      return Argument.of(causal);
    }
  }
}
