package io.github.puzzle4j.search.rounds;

/**
 * What one round brought.
 *
 * @param number 0 for the children that are measured before the first fit
 * @param children measured in this round
 * @param best loss of the best child so far
 * @param predictionError mean error of the logarithms of this round's losses, predicted from the
 *     rounds before; 0 in the first
 */
public record Round(int number, int children, double best, double predictionError) {}
