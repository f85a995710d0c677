package io.github.puzzle4j.search.plan;

/** How much text is spent on scores. */
public enum ScoringEffort {
  /** All sequences for every replacement. */
  FULL,
  /** Portion by portion, the next one only for replacements that a budget of the plan can pick. */
  RACING
}
