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
  },
  /** Weights on one GPU, in the scenario's formats. */
  WEIGHT_BYTES("weight_bytes") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.weightBytes();
    }
  },
  /** Trainable numbers of the whole model, whatever their format. */
  PARAMETERS("parameters") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.parameters();
    }
  },
  /** KV cache of one more token of a request on one GPU; windows are not counted off. */
  KV_BYTES_PER_TOKEN("kv_bytes_per_token") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.kvBytesPerToken();
    }
  },
  /** Layers with a KV cache. */
  ATTENTION_LAYERS("attention_layers") {
    @Override
    public double of(LayerCost cost, Scenario scenario) {
      return cost.attentionLayers();
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
  public double of(FixedCost cost, Scenario scenario) {
    double outsideLayers = of(cost.layerLike(), scenario);
    return this == MEMORY_BYTES
        ? outsideLayers + cost.activationBytes() + cost.reserveBytes()
        : outsideLayers;
  }
}
