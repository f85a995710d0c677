package io.github.puzzle4j.scoring.cost.kernel;

import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A formula with free coefficients.
 *
 * @param <C> the kind of call
 * @param coefficients in the order of the arguments of {@code formula}
 * @param formula creates the formula from coefficients and their provenance
 */
public record FormulaFamily<C extends KernelCall>(
    List<Coefficient> coefficients,
    BiFunction<List<Double>, Provenance, KernelFormula<C>> formula) {

  public FormulaFamily {
    coefficients = List.copyOf(coefficients);
  }

  /**
   * A family in which coefficients with equal bounds are fixed and not part of {@link
   * #coefficients}.
   */
  static <C extends KernelCall> FormulaFamily<C> withFixed(
      List<Coefficient> all, BiFunction<List<Double>, Provenance, KernelFormula<C>> formula) {
    List<Coefficient> open = all.stream().filter(one -> one.least() < one.most()).toList();
    return new FormulaFamily<>(
        open, (values, provenance) -> formula.apply(filled(all, values), provenance));
  }

  private static List<Double> filled(List<Coefficient> all, List<Double> open) {
    Iterator<Double> values = open.iterator();
    return all.stream()
        .map(one -> one.least() < one.most() ? values.next() : (Double) one.start())
        .toList();
  }

  /**
   * A coefficient to fit.
   *
   * @param name as in a target's file
   * @param start start of the search, within the bounds
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
