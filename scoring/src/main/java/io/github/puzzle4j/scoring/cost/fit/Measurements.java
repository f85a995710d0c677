package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Calls and the logarithms of their seconds, by index.
 *
 * @param <C> the kind of call
 */
final class Measurements<C extends KernelCall> {

  private final List<C> calls;
  private final double[] logSeconds;

  /** Takes ownership of both arguments. */
  Measurements(List<C> calls, double[] logSeconds) {
    this.calls = calls;
    this.logSeconds = logSeconds;
  }

  C call(int index) {
    return calls.get(index);
  }

  double logSeconds(int index) {
    return logSeconds[index];
  }

  int size() {
    return calls.size();
  }

  /** The measurements whose index is accepted, in order. */
  Measurements<C> where(IntPredicate wanted) {
    List<C> kept = new ArrayList<>();
    double[] logs = new double[size()];
    for (int index = 0; index < size(); index++) {
      if (wanted.test(index)) {
        logs[kept.size()] = logSeconds[index];
        kept.add(calls.get(index));
      }
    }
    return new Measurements<>(kept, Arrays.copyOf(logs, kept.size()));
  }
}
