package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.function.Predicate;

/**
 * A place in a profile that a formula with fitted coefficients goes to.
 *
 * @param <C> the kind of call
 * @param section the profile's key, such as {@code gemm}
 * @param key the key in the section, such as {@code bf16}
 * @param kind the kind of call
 * @param takes whether the formula is for that call
 * @param family what is fitted
 */
public record FormulaSlot<C extends KernelCall>(
    String section, String key, Class<C> kind, Predicate<C> takes, FormulaFamily<C> family) {

  boolean isFor(KernelCall call) {
    return kind.isInstance(call) && takes.test(kind.cast(call));
  }
}
