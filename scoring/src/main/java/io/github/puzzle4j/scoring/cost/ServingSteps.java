package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Operation;
import java.util.List;

/**
 * The forward passes that serve a scenario's batch once.
 *
 * <p>Engines read prompts in chunks of a bounded number of tokens. The prompts of a batch take the
 * fewest such passes, all of the same size. Decode passes are priced at the context in the middle
 * of the output.
 *
 * @param prefill one of the passes that read the batch's prompts
 * @param prefillPasses how many of them
 * @param decode one output step
 * @param firstToken one of the passes that read a single prompt
 * @param firstTokenPasses how many of them
 */
record ServingSteps(
    Pass.Prefill prefill,
    long prefillPasses,
    Pass.Decode decode,
    Pass.Prefill firstToken,
    long firstTokenPasses) {

  static ServingSteps of(Scenario scenario, int maxBatchedTokens) {
    long passes = passes(scenario.batch(), scenario, maxBatchedTokens);
    long single = passes(1, scenario, maxBatchedTokens);
    return new ServingSteps(
        new Pass.Prefill((double) scenario.batch() / passes, scenario.inputTokens()),
        passes,
        new Pass.Decode(scenario.batch(), scenario.meanContextTokens()),
        new Pass.Prefill(1.0 / single, scenario.inputTokens()),
        single);
  }

  private static long passes(int requests, Scenario scenario, int maxBatchedTokens) {
    return Math.ceilDiv((long) requests * scenario.inputTokens(), maxBatchedTokens);
  }

  /** Time of these operations over all passes; no memory. */
  LayerCost times(KernelPrices prices, List<Operation> operations) {
    return LayerCost.times(
        prices.of(operations, prefill).times((double) prefillPasses),
        prices.of(operations, decode),
        prices.of(operations, firstToken).times((double) firstTokenPasses));
  }

  /** Prompts that end in one prefill pass: the rows of its LM head. */
  long promptsPerPass() {
    return (long) Math.ceil(prefill.sequences());
  }
}
