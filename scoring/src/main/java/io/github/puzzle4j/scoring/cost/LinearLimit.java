package io.github.puzzle4j.scoring.cost;

/**
 * A bound on a sum over layers.
 *
 * @param measure what is summed
 * @param max the most that the layers may add up to; negative where the fixed part alone is too
 *     much
 */
public record LinearLimit(Measure measure, double max) {}
