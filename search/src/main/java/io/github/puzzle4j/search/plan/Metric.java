package io.github.puzzle4j.search.plan;

/** What the solver minimises: the change that one replaced block makes. */
public enum Metric {
  /** KL divergence of the output distribution from the teacher's, nats per token. */
  KL,
  /** Rise of the language-model loss over the teacher's, nats per token. */
  LM_LOSS
}
