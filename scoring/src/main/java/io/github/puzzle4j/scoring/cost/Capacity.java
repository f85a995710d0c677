package io.github.puzzle4j.scoring.cost;

/**
 * Capacity of a GPU and its engine.
 *
 * @param usableMemoryBytes nominal memory times the scenario's utilisation
 * @param maxSequences maximum number of concurrent requests of the engine
 */
public record Capacity(long usableMemoryBytes, int maxSequences) {}
