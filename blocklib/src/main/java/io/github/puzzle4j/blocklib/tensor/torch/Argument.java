package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;
import java.util.Optional;

/** An argument of an operator, in one of the kinds that the stable C interface can pass. */
sealed interface Argument
    permits TorchTensor,
        Argument.Whole,
        Argument.Real,
        Argument.Flag,
        Argument.Wholes,
        Argument.Tensors,
        Argument.Maybe {

  /** Of the kind {@code int}, also types of elements and memory formats. */
  record Whole(long value) implements Argument {}

  /** Of the kind {@code float}. */
  record Real(double value) implements Argument {}

  /** Of the kind {@code bool}. */
  record Flag(boolean value) implements Argument {}

  /** Of the kinds {@code int[]} and {@code bool[]}. */
  record Wholes(long... values) implements Argument {}

  /** Of the kind {@code Tensor[]}. */
  record Tensors(List<TorchTensor> values) implements Argument {}

  /** Of a kind with a question mark. */
  record Maybe(Optional<? extends Argument> value) implements Argument {}

  /** Nothing, where the kind has a question mark. */
  Argument NONE = new Maybe(Optional.empty());

  Argument TRUE = new Flag(true);
  Argument FALSE = new Flag(false);

  /** The last axis. */
  Argument LAST = new Whole(-1);

  /** Nothing is dropped. */
  Argument NO_DROPOUT = new Real(0);

  static Argument of(long value) {
    return new Whole(value);
  }

  static Argument of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Argument some(Argument value) {
    return new Maybe(Optional.of(value));
  }

  static Argument maybe(Optional<TorchTensor> value) {
    return new Maybe(value);
  }
}
