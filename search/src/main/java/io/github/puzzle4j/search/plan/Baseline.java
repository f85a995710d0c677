package io.github.puzzle4j.search.plan;

/** A simple choice at the same budget, which a search has to beat. */
public enum Baseline {
  /** An equal budget per layer, easiest layers first; the rest of a budget is carried over. */
  GREEDY,
  /** The same variant in every layer. */
  UNIFORM,
  /** Random variants within the budget. */
  RANDOM,
  /** Whole layers left out, as few and as easy ones as the budget allows; all others unchanged. */
  DEPTH,
  /** Attention or FFN left out, as few and as easy ones as the budget allows; no other change. */
  OMISSION,
  /** Most of the teacher's parameters that the budget allows, whatever the scores. */
  PARAMETERS,
  /**
   * An evolutionary search over whole children that are measured, with the effort of the search.
   */
  EVOLUTION
}
