package io.github.puzzle4j.search.plan;

/** Which layers a child may have for the engine that serves it. */
public enum Loader {
  /** Those that the engine's stock loader is known to accept. */
  STOCK,
  /** All that can be computed: for engines with a loader of the user's own. */
  ANY
}
