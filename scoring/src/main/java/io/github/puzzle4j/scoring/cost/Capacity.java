package io.github.puzzle4j.scoring.cost;

/**
 * What a GPU and its engine hold.
 *
 * @param usableMemoryBytes nominal memory times the scenario's utilisation
 * @param maxSequences requests that the engine runs together at most
 */
public record Capacity(long usableMemoryBytes, int maxSequences) {}
