package io.github.puzzle4j.scoring.cost.kernel;

import java.util.List;
import java.util.function.BiFunction;

/**
 * A formula whose coefficients are still open: what a fit varies.
 *
 * @param <C> the kind of call
 * @param coefficients in the order in which {@code formula} takes them
 * @param formula makes the formula with these coefficients, and where they come from
 */
public record FormulaFamily<C extends KernelCall>(
    List<Coefficient> coefficients,
    BiFunction<List<Double>, Provenance, KernelFormula<C>> formula) {

  public FormulaFamily {
    coefficients = List.copyOf(coefficients);
  }

  /**
   * One number to find.
   *
   * @param name as in a target's file
   * @param start where the search begins, between the bounds
   * @param least lower bound
   * @param most upper bound
   */
  public record Coefficient(String name, double start, double least, double most) {

    public Coefficient {
      if (!(least <= start && start <= most)) {
        throw new IllegalArgumentException(
            "%s: start=%s must be between %s and %s".formatted(name, start, least, most));
      }
    }
  }
}
