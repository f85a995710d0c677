package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a thread in their order, for going back through them: reverse-mode
 * differentiation (Griewank and Walther, Evaluating Derivatives, chapter 3). Only operations on
 * something whose gradient is wanted are recorded.
 */
final class Tape {

  private static final ThreadLocal<@Nullable Tape> CURRENT = new ThreadLocal<>();

  private record Entry(
      Operations operations,
      Variable result,
      List<@Nullable Variable> operands,
      List<Handle> kept,
      Rule rule,
      Runnable release) {

    void backward() {
      NativeTensor gradient = result.sum().orElseThrow();
      try (BackwardStep step = new BackwardStep(operations, gradient, kept, operands)) {
        rule.backward(step);
      }
    }

    void free() {
      result.clear();
      kept.forEach(Handle::drop);
      release.run();
    }
  }

  private final @Nullable Tape outer;
  private List<Entry> entries = new ArrayList<>();

  private Tape(@Nullable Tape outer) {
    this.outer = outer;
  }

  /** Whether this thread's operations are recorded. */
  static boolean isOn() {
    return CURRENT.get() != null;
  }

  /** Records this thread's operations from now on. */
  static Tape begin() {
    Tape tape = new Tape(CURRENT.get());
    CURRENT.set(tape);
    return tape;
  }

  /** Goes back to what was recorded to before, and frees everything. */
  void end() {
    CURRENT.set(outer);
    entries.forEach(Entry::free);
    entries.clear();
  }

  /** Computes without recording. */
  static void pause(Runnable work) {
    Tape tape = CURRENT.get();
    CURRENT.remove();
    try {
      work.run();
    } finally {
      CURRENT.set(tape);
    }
  }

  /**
   * The tape, if the gradient of one of the operands is wanted.
   *
   * @param operands of an operation
   */
  static Optional<Tape> of(DeviceTensor... operands) {
    Tape tape = CURRENT.get();
    return tape != null && Arrays.stream(operands).anyMatch(one -> one.variable() != null)
        ? Optional.of(tape)
        : Optional.empty();
  }

  /**
   * Records an operation to the thread's tape, if there is one and the gradient of an operand is
   * wanted.
   *
   * @param kept what its backward pass reads
   */
  static void recordIfWanted(
      DeviceTensor result, List<DeviceTensor> operands, Rule rule, DeviceTensor... kept) {
    of(operands.toArray(DeviceTensor[]::new))
        .ifPresent(tape -> tape.record(result, operands, rule, kept));
  }

  /** Records an operation. */
  void record(DeviceTensor result, List<DeviceTensor> operands, Rule rule, DeviceTensor... kept) {
    record(result, operands, () -> {}, rule, kept);
  }

  /**
   * Records an operation.
   *
   * @param kept what its backward pass reads
   * @param release is run when the operation is forgotten
   */
  void record(
      DeviceTensor result,
      List<DeviceTensor> operands,
      Runnable release,
      Rule rule,
      DeviceTensor... kept) {
    Operations operations = result.operations();
    Variable variable = new Variable(operations, result.type(), result.shape());
    result.follow(variable);
    List<@Nullable Variable> variables = new ArrayList<>();
    operands.forEach(operand -> variables.add(operand.variable()));
    List<Handle> handles = Arrays.stream(kept).map(tensor -> tensor.handle().keep()).toList();
    entries.add(new Entry(operations, variable, variables, handles, rule, release));
  }

  /** Passes the gradients that have arrived at results on to all that they were computed from. */
  void backward() {
    List<Entry> left = new ArrayList<>();
    for (Entry entry : entries.reversed()) {
      if (entry.result.sum().isPresent()) {
        entry.backward();
        entry.free();
      } else {
        left.add(entry);
      }
    }
    entries = new ArrayList<>(left.reversed());
  }

  /** Adds to the gradient of a tensor, for the next {@link #backward}. */
  static void seed(DeviceTensor at, NativeTensor gradient, boolean own) {
    Objects.requireNonNull(at.variable(), "no gradient of this is wanted").add(gradient, own);
  }
}
