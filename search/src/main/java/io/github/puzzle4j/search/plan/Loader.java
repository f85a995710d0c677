package io.github.puzzle4j.search.plan;

/** Which layers a child may have for the engine that serves it. */
public enum Loader {
  /** Layers that the engine's stock loader is known to accept. */
  STOCK,
  /** All layers that can be computed, for engines with a custom loader. */
  ANY
}
