package io.github.puzzle4j.solver.backend;

/**
 * A term of the objective that applies if both items are chosen.
 *
 * @param one the item that begins first
 * @param other an item that begins at or after the end of the first one
 * @param objective what is added to the objective
 */
public record ChoicePair(int one, int other, long objective) {}
