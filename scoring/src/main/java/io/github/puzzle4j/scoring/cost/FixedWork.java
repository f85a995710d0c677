package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;

/** What is done in every pass outside the layers. */
record FixedWork(
    ModelConfig config, BackendProfile profile, KernelPrices prices, ServingSteps steps) {

  private static final int LOGIT_BYTES = 4;

  LayerCost cost(NumberFormat format) {
    Estimate request =
        Estimate.of(profile.engine().requestMilliseconds() * 1e-3, profile.engine().provenance());
    return new LayerCost(
        pass(steps.prefill(), steps.promptsPerPass()).times((double) steps.prefillPasses()),
        pass(steps.decode(), steps.decode().batch()),
        pass(steps.firstToken(), 1).times((double) steps.firstTokenPasses()).plus(request),
        config.parametersOutsideLayers() * (long) format.bytes(),
        0);
  }

  /** Gathers embeddings; norms and multiplies by the LM head the rows that yield a token. */
  private Estimate pass(Pass pass, long rows) {
    double hidden = config.hiddenSize();
    Estimate engine =
        Estimate.of(profile.engine().stepMicroseconds() * 1e-6, profile.engine().provenance());
    return prices
        .elementwise(2 * hidden * pass.tokens())
        .plus(prices.elementwise(4 * hidden * pass.tokens()))
        .plus(prices.gemm(rows, config.hiddenSize(), config.vocabularySize()))
        .plus(engine);
  }

  /**
   * Residual stream twice, the widest pair of projection outputs, and the logits of every request:
   * what an engine sets aside when it starts, whatever batch is served later.
   */
  long activationBytes(NumberFormat format) {
    AttentionShape heads = config.attention();
    long attention = 2L * heads.queryWidth() + 2L * heads.kvWidth();
    long ffn = 3L * config.intermediateSize();
    long perToken = 2L * config.hiddenSize() + Math.max(attention, ffn);
    long logits = (long) profile.maxSequences() * config.vocabularySize() * LOGIT_BYTES;
    return profile.maxBatchedTokens() * perToken * (long) format.bytes() + logits;
  }
}
