package io.github.puzzle4j.search.plan;

/** What is replaced at a time when the replacements of a layer are scored. */
public enum Granularity {
  /** Every replacement as a whole. */
  BLOCK,
  /**
   * Attention and FFN apart, where they were trained apart: a pair's score is the sum of what each
   * changes.
   */
  SUBBLOCK,
  /** The same, and as a whole the pairs that a budget of the plan could pick. */
  AUTO
}
