package io.github.puzzle4j.search.plan;

/** A simple choice at the same budget, which a search has to beat. */
public enum Baseline {
  /** An equal budget per layer, easiest layers first, what is left carried on. */
  GREEDY,
  /** The same variant in every layer. */
  UNIFORM,
  /** Random variants within the budget. */
  RANDOM
}
