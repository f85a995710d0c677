package io.github.puzzle4j.scoring.cost;

/**
 * A bound on a sum over layers.
 *
 * @param measure what is summed
 * @param max maximum of the sum over layers; negative if the fixed part alone exceeds the limit
 */
public record LinearLimit(Measure measure, double max) {}
