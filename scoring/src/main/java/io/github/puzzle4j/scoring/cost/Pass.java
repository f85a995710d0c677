package io.github.puzzle4j.scoring.cost;

/** One forward pass of an engine. */
sealed interface Pass {

  /** Rows of the matrix products. */
  long tokens();

  /**
   * Reads prompts.
   *
   * @param sequences prompts; a fraction where a prompt is spread over several passes
   * @param promptTokens length of each prompt
   */
  record Prefill(double sequences, int promptTokens) implements Pass {

    @Override
    public long tokens() {
      return (long) Math.ceil(sequences * promptTokens);
    }
  }

  /**
   * Generates one token for each request.
   *
   * @param batch requests
   * @param contextTokens cached tokens of each
   */
  record Decode(int batch, double contextTokens) implements Pass {

    @Override
    public long tokens() {
      return batch;
    }
  }
}
