package io.github.puzzle4j.search.plan;

/** The score that the solver minimises, of one replaced block. */
public enum Metric {
  /** KL divergence of the output distribution from the teacher's, nats per token. */
  KL,
  /** Increase of the language-model loss over the teacher's, nats per token. */
  LM_LOSS
}
