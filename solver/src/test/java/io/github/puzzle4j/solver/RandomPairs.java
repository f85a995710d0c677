package io.github.puzzle4j.solver;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Pair terms for random problems, by seed. */
public final class RandomPairs {

  private RandomPairs() {}

  /**
   * The problem with random pair terms of both signs.
   *
   * @param share share of the possible pairs that have a term
   * @param size largest absolute value
   * @param digits decimal places; more than 10 for arbitrary doubles
   * @param neighbours whether only consecutive candidates have terms
   */
  public static SelectionProblem added(
      SelectionProblem problem,
      long seed,
      double share,
      double size,
      int digits,
      boolean neighbours) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<PairTerm> pairs = new ArrayList<>();
    for (Candidate one : problem.candidates()) {
      for (Candidate other : problem.candidates()) {
        boolean fits =
            neighbours
                ? one.endLayer() == other.firstLayer()
                : one.endLayer() <= other.firstLayer();
        if (fits && random.nextDouble() < share) {
          double score = size * (2 * random.nextDouble() - 1);
          double value =
              digits > 10
                  ? score
                  : BigDecimal.valueOf(score)
                      .setScale(digits, RoundingMode.HALF_EVEN)
                      .doubleValue();
          boolean turned = random.nextBoolean();
          pairs.add(
              new PairTerm(turned ? other.id() : one.id(), turned ? one.id() : other.id(), value));
        }
      }
    }
    return problem.withPairs(pairs);
  }

  /** A small random problem, every third with pair terms. */
  public static SelectionProblem small(long seed) {
    SelectionProblem problem = RandomProblems.small(seed);
    return seed % 3 == 0 ? added(problem, seed, 0.4, 4, seed % 2 == 0 ? 2 : 17, false) : problem;
  }
}
