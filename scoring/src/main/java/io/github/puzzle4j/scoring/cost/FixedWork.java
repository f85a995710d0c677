package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;

/**
 * The work of every pass outside the layers. With tensor parallelism, the vocabulary is divided
 * among the GPUs.
 */
record FixedWork(Model model, BackendProfile profile, KernelPrices prices, ServingSteps steps) {

  private static final int LOGIT_BYTES = 4;

  /** Elements read and written to cast logits, scale them by the temperature, and sample. */
  private static final double SAMPLING_ELEMENTS_PER_LOGIT = 6;

  LayerCost cost() {
    Estimate request =
        Estimate.of(profile.engine().requestMilliseconds() * 1e-3, profile.engine().provenance());
    long numbers = model.common().parameters(prices.gpus());
    long quantised =
        prices.format().quantisedHead() ? vocabularyOfOneGpu() * model.hiddenSize() : 0;
    return new LayerCost(
        pass(steps.prefill(), steps.promptsPerPass()).times((double) steps.prefillPasses()),
        pass(steps.decode(), steps.decode().batch()),
        pass(steps.firstToken(), 1).times((double) steps.firstTokenPasses()).plus(request),
        prices.format().weightBytes(quantised, 0, numbers - quantised),
        0,
        0,
        model.common().parameters(),
        0);
  }

  /** Gathers embeddings; norms and multiplies by the LM head the rows that yield a token. */
  private Estimate pass(Pass pass, long rows) {
    double hidden = model.hiddenSize();
    double logits = (double) rows * model.common().vocabularySize();
    Estimate engine =
        Estimate.of(profile.engine().stepMicroseconds() * 1e-6, profile.engine().provenance());
    return prices
        .elementwise(2 * hidden * pass.tokens())
        .plus(prices.allReduce(hidden * pass.tokens()))
        .plus(prices.elementwise(4 * hidden * pass.tokens()))
        .plus(prices.head(rows, model.hiddenSize(), vocabularyOfOneGpu()))
        // Gathering the logits moves half of what summing as many numbers would.
        .plus(prices.allReduce(logits / 2))
        .plus(prices.elementwise(SAMPLING_ELEMENTS_PER_LOGIT * logits))
        .plus(engine);
  }

  private long vocabularyOfOneGpu() {
    return Math.ceilDiv((long) model.common().vocabularySize(), prices.gpus());
  }

  /**
   * Residual stream twice, the widest pair of projection outputs, and the logits of every request:
   * what an engine reserves on each GPU at start, whatever batch is served later.
   */
  long activationBytes() {
    long widest = 0;
    for (Layer layer : model.layers()) {
      long attention = attentionOutputs(layer) / prices.gpus();
      long ffn = 3L * layer.ffn().channelsPerToken() / prices.gpus();
      widest = Math.max(widest, Math.max(attention, ffn));
    }
    long perToken = 2L * model.hiddenSize() + widest;
    long logits = (long) profile.maxSequences() * model.common().vocabularySize() * LOGIT_BYTES;
    return (long) (profile.maxBatchedTokens() * perToken * prices.format().activations().bytes())
        + logits;
  }

  /** Queries, their mixed values, keys and values of one token. */
  private long attentionOutputs(Layer layer) {
    return layer.attention().operations(model.hiddenSize(), 1).stream()
        .mapToLong(operation ->
            switch (operation) {
              case Operation.SelfAttention(AttentionShape heads, int _) ->
                  2L * heads.queryWidth() + 2L * heads.kvWidth();
              case Operation.Gemm _,
                  Operation.Elementwise _,
                  Operation.AllReduce _,
                  Operation.Experts _ ->
                  0;
            })
        .sum();
  }
}
