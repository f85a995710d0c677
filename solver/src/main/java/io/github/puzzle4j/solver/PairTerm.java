package io.github.puzzle4j.solver;

/**
 * An interaction: what is added to the objective if both candidates are chosen, besides their
 * scores.
 *
 * @param first id of a candidate
 * @param second id of another one, which covers none of the same layers
 * @param score in the unit of the scores
 */
public record PairTerm(String first, String second, double score) {

  /**
   * @throws IllegalArgumentException if both are the same, or the score is no valid number
   */
  public PairTerm {
    if (first.equals(second)) {
      throw new IllegalArgumentException("a pair names '%s' twice".formatted(first));
    }
    Magnitude.require("pair '%s', '%s': score".formatted(first, second), score);
  }

  /** For example {@code a + b}. */
  @Override
  public String toString() {
    return first + " + " + second;
  }
}
