package io.github.puzzle4j.scoring.cost.kernel;

import java.util.Iterator;
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
   * A family of which some coefficients have one possible value: their bounds meet. Those stay out
   * of {@link #coefficients}.
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
