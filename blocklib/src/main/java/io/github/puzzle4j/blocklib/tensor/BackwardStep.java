package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One operation's turn in a backward pass. Operands and kept tensors are counted from 0. */
final class BackwardStep implements AutoCloseable {

  private final Operations operations;
  private final NativeTensor gradient;
  private final List<Handle> kept;
  private final List<@Nullable Variable> operands;
  private final List<NativeTensor> temporaries = new ArrayList<>();

  BackwardStep(
      Operations operations,
      NativeTensor gradient,
      List<Handle> kept,
      List<@Nullable Variable> operands) {
    this.operations = operations;
    this.gradient = gradient;
    this.kept = kept;
    this.operands = operands;
  }

  Operations operations() {
    return operations;
  }

  /** The gradient of the result; not to be changed. */
  NativeTensor gradient() {
    return gradient;
  }

  /** A tensor that was kept for this. */
  NativeTensor kept(int index) {
    return kept.get(index).get();
  }

  /** Whether an operand's gradient is wanted. */
  boolean wants(int operand) {
    return operands.get(operand) != null;
  }

  /** Closes a handle at the end of this step. */
  NativeTensor temporary(NativeTensor tensor) {
    temporaries.add(tensor);
    return tensor;
  }

  /** Adds to an operand's gradient; nobody else has the numbers, and the tape closes the handle. */
  void give(int operand, NativeTensor part) {
    variable(operand).add(part, true);
  }

  /** Adds to an operand's gradient; others have the numbers too, and the tape closes the handle. */
  void share(int operand, NativeTensor part) {
    variable(operand).add(part, false);
  }

  /** The sum of an operand's gradients to add to in place, if there is one already. */
  Optional<NativeTensor> sum(int operand) {
    return variable(operand).ownSum();
  }

  /** The sum of an operand's gradients to add to in place. */
  NativeTensor sumOrZeros(int operand) {
    return variable(operand).ownSumOrZeros();
  }

  private Variable variable(int operand) {
    return Objects.requireNonNull(operands.get(operand), "a gradient that nobody wants");
  }

  @Override
  public void close() {
    temporaries.forEach(NativeTensor::close);
  }
}
