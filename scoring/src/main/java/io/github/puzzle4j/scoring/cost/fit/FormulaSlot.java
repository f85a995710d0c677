package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.function.Predicate;

/**
 * A formula in a profile whose coefficients can be fitted.
 *
 * @param <C> the kind of call
 * @param section key in the profile, for example {@code gemm}
 * @param key key in the section, for example {@code bf16}
 * @param kind the kind of call
 * @param takes whether the formula applies to a call
 * @param family formula and coefficients to fit
 */
public record FormulaSlot<C extends KernelCall>(
    String section, String key, Class<C> kind, Predicate<C> takes, FormulaFamily<C> family) {

  boolean isFor(KernelCall call) {
    return kind.isInstance(call) && takes.test(kind.cast(call));
  }
}
