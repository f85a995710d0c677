package io.github.puzzle4j.scoring.cost;

/** A cost that adds up over layers, and that a limit can bound. */
public enum Measure {
  /** Serving the whole batch once: its prefill and all its output steps. */
  RUNTIME_SECONDS("runtime_seconds") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.prefillSeconds() + scenario.outputTokens() * cost.decodeSeconds();
    }
  },
  /** Prefill of one request on an idle GPU. */
  FIRST_TOKEN_SECONDS("first_token_seconds") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.firstToken().seconds();
    }
  },
  /** Weights, and the KV cache of the whole batch at full length. */
  MEMORY_BYTES("memory_bytes") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return (double) cost.weightBytes() + (double) scenario.batch() * cost.kvBytesPerRequest();
    }
  };

  private final String id;

  Measure(String id) {
    this.id = id;
  }

  /** Name in problem files. */
  public String id() {
    return id;
  }

  /** The contribution of a layer. */
  public abstract double of(LayerCost cost, Scenario scenario);

  /** The contribution of the fixed part. */
  double of(FixedCost cost, Scenario scenario) {
    double outsideLayers = of(cost.layerLike(), scenario);
    return this == MEMORY_BYTES
        ? outsideLayers + cost.activationBytes() + cost.reserveBytes()
        : outsideLayers;
  }
}
