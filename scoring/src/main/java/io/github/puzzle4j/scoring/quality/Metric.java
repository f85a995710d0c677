package io.github.puzzle4j.scoring.quality;

/** Metrics of a replaced block; lower is better for each. */
public enum Metric {
  /** KL divergence of the output distribution from the teacher's, nats per token. */
  KL_DIVERGENCE,
  /** Loss on the tokens of the corpus, nats per token. */
  LM_LOSS
}
