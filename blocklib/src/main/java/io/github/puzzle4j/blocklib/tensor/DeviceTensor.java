package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in the memory of a device.
 *
 * <p>It belongs to one {@link DeviceMemory} and is freed with it, or earlier by {@link #close}. The
 * result of an operation is a new tensor that belongs to the memory of the tensor on which the
 * method was called, or of the first one where there are several; {@link #attach} moves it. Slices
 * and reshaped tensors may share numbers with what they were made of. Gradients flow through
 * operations while {@link Gradients} are recorded.
 */
public final class DeviceTensor implements AutoCloseable {

  private final Handle handle;
  private DeviceMemory memory;
  private @Nullable Variable variable;

  /** Whether gradients that arrive at the variable are kept for this, and freed with it. */
  private boolean collects;

  private boolean isClosed;

  DeviceTensor(Handle handle, DeviceMemory memory) {
    this.handle = handle;
    this.memory = memory;
  }

  /** The shape of these sizes. */
  public static List<Long> shapeOf(long... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  Handle handle() {
    return handle;
  }

  Operations operations() {
    return memory.operations();
  }

  NativeTensor nativeTensor() {
    if (isClosed) {
      throw new IllegalStateException("%s is used after it was closed".formatted(this));
    }
    return handle.get();
  }

  @Nullable Variable variable() {
    return variable;
  }

  /** From now on gradients of this arrive there. */
  void follow(Variable computed) {
    variable = computed;
  }

  /** Sizes of all dimensions; empty for a single number. */
  public List<Long> shape() {
    return handle.shape();
  }

  /** Size of one dimension, counted from 0. */
  public long size(int axis) {
    return shape().get(axis);
  }

  /** Number of elements. */
  public long elements() {
    return elements(shape());
  }

  /** Type of the elements. */
  public TensorType type() {
    return handle.type();
  }

  /** The memory that this belongs to. */
  public DeviceMemory memory() {
    return memory;
  }

  /** From now on this belongs to another memory. */
  public void attach(DeviceMemory to) {
    memory.forget(this);
    memory = to;
    to.own(this);
  }

  /** All elements, which are float32, in row-major order. */
  public float[] toFloats() {
    return HostCopies.floats(this);
  }

  /** All elements, which are float64, in row-major order. */
  public double[] toDoubles() {
    return HostCopies.doubles(this);
  }

  /** All elements, which are int64, in row-major order. */
  public long[] toLongs() {
    return HostCopies.longs(this);
  }

  /** One element of float32; of a single number without a place. */
  public float toFloat(long... at) {
    if (at.length == 0) {
      return toFloats()[0];
    }
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor part = alias(scope);
      for (long index : at) {
        part = part.at(index);
      }
      return part.toFloats()[0];
    }
  }

  /** The single number of int64 that this is. */
  public long toLong() {
    return toLongs()[0];
  }

  /** The elements rounded to a type of files. */
  public Tensor toTensor(TensorType type) {
    return Tensor.ofFloats(type, shape(), toFloats());
  }

  /** Another handle on the same numbers, so that results computed from it belong to the scope. */
  public DeviceTensor alias(DeviceMemory scope) {
    DeviceTensor same = stopGradient();
    same.attach(scope);
    same.variable = variable;
    return same;
  }

  /**
   * A computation whose intermediate results are freed at its end.
   *
   * @param computation from a tensor in a scope of its own
   * @return the result, in the memory of this
   */
  public DeviceTensor within(UnaryOperator<DeviceTensor> computation) {
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor result = computation.apply(alias(scope));
      if (result.memory == scope) {
        result.attach(memory);
        return result;
      }
      return result.alias(memory);
    }
  }

  /** A copy through which gradients flow. */
  public DeviceTensor copy(DeviceMemory scope) {
    DeviceTensor copy = scope.own(operations().copy(nativeTensor()));
    Tape.recordIfWanted(
        copy, List.of(this), step -> step.share(0, step.operations().alias(step.gradient())));
    return copy;
  }

  /** Overwrites the elements by those of a tensor of the same shape, bit by bit. */
  public void set(DeviceTensor from) {
    operations().assign(nativeTensor(), from.nativeTensor());
  }

  /** Adds to the elements in place. */
  public void addInPlace(DeviceTensor other) {
    operations().add(nativeTensor(), other.nativeTensor(), 1);
  }

  /** Rounded to another type; the same numbers if it is of that type. */
  public DeviceTensor cast(TensorType type) {
    return Views.cast(this, type);
  }

  /** The same numbers in another shape; one size may be -1. */
  public DeviceTensor reshape(long... sizes) {
    return reshape(shapeOf(sizes));
  }

  /** The same numbers in another shape; one size may be -1. */
  public DeviceTensor reshape(List<Long> sizes) {
    return Views.reshape(this, sizes);
  }

  /** With its dimensions in another order; without one, a matrix on its side. */
  public DeviceTensor transpose(int... axes) {
    return Views.permute(
        this, axes.length == 0 ? List.of(1, 0) : Arrays.stream(axes).boxed().toList());
  }

  /** The part from an index up to, and without, another one along an axis. */
  public DeviceTensor slice(int axis, long from, long to) {
    return Views.slice(this, axis, from, to);
  }

  /** The part at an index of the first dimension, without that dimension. */
  public DeviceTensor at(long index) {
    return slice(0, index, index + 1).reshape(shape().subList(1, shape().size()));
  }

  /**
   * The parts at some indices along an axis.
   *
   * @param indices int64 {@code [count]}
   */
  public DeviceTensor take(int axis, DeviceTensor indices) {
    return Views.take(this, axis, indices);
  }

  /**
   * Elements along the last axis at indices: int64, of this shape but for a last size of 1. Without
   * gradients.
   */
  public DeviceTensor gather(DeviceTensor indices) {
    return result(operations().gather(nativeTensor(), indices.nativeTensor()));
  }

  /** Tensors one behind the other along an axis. */
  public static DeviceTensor concat(List<DeviceTensor> tensors, int axis) {
    return Views.concat(tensors, axis);
  }

  /** Spread along dimensions of size 1 and along further leading ones. */
  public DeviceTensor expand(List<Long> shape) {
    return Views.expand(this, shape);
  }

  /** Each part along an axis so many times in a row. */
  public DeviceTensor repeat(int axis, long times) {
    List<Long> apart = new ArrayList<>(shape());
    apart.add(axis + 1, 1L);
    List<Long> spread = new ArrayList<>(apart);
    spread.set(axis + 1, times);
    List<Long> joined = new ArrayList<>(shape());
    joined.set(axis, times * size(axis));
    return reshape(apart).expand(spread).reshape(joined);
  }

  /** Element by element, as all arithmetic; sizes of 1 are spread. */
  public DeviceTensor add(DeviceTensor other) {
    return Arithmetic.add(this, other);
  }

  /** The sum of each element and a number. */
  public DeviceTensor add(float number) {
    return Arithmetic.withNumber(Binary.ADD, this, number);
  }

  /** The difference. */
  public DeviceTensor sub(DeviceTensor other) {
    return Arithmetic.subtract(this, other);
  }

  /** The product. */
  public DeviceTensor mul(DeviceTensor other) {
    return Arithmetic.multiply(this, other);
  }

  /** The product of each element and a number. */
  public DeviceTensor mul(float number) {
    return Arithmetic.withNumber(Binary.MULTIPLY, this, number);
  }

  /** The quotient. */
  public DeviceTensor div(DeviceTensor other) {
    return Arithmetic.divide(this, other);
  }

  /** The quotient of each element and a number. */
  public DeviceTensor div(float number) {
    return Arithmetic.withNumber(Binary.DIVIDE, this, number);
  }

  /** Which elements are equal; of {@code BOOL}, without gradients, as all comparisons. */
  public DeviceTensor equalTo(DeviceTensor other) {
    return compare(Binary.EQUAL, other);
  }

  /** Which elements are less. */
  public DeviceTensor lessThan(DeviceTensor other) {
    return compare(Binary.LESS, other);
  }

  /** Which elements are not less. */
  public DeviceTensor atLeast(DeviceTensor other) {
    return compare(Binary.GREATER_OR_EQUAL, other);
  }

  /** Which elements of {@code BOOL} are both true. */
  public DeviceTensor and(DeviceTensor other) {
    return compare(Binary.AND, other);
  }

  /** Of which elements of {@code BOOL} at least one is true. */
  public DeviceTensor or(DeviceTensor other) {
    return compare(Binary.OR, other);
  }

  private DeviceTensor compare(Binary comparison, DeviceTensor other) {
    return result(operations().apply(comparison, nativeTensor(), other.nativeTensor()));
  }

  /** A matrix product over the last two dimensions. */
  public DeviceTensor matMul(DeviceTensor other) {
    return Arithmetic.matMul(this, other);
  }

  /**
   * The solution {@code x} of {@code (this + ridge I) x = right}, where this is symmetric, {@code
   * [n, n]} float32; without gradients. Anything where the sum is not positive definite.
   *
   * @param right {@code [n, m]} float32
   * @throws IllegalArgumentException if shapes or types are others
   */
  public DeviceTensor solve(DeviceTensor right, double ridge) {
    return Arithmetic.solve(this, right, ridge);
  }

  /**
   * {@code x Wᵀ} of this, {@code [.., in]}.
   *
   * @param matrix {@code [out, in]}, rounded to the type of this for the product
   * @return {@code [.., out]}
   */
  public DeviceTensor linear(DeviceTensor matrix) {
    return ModelOperations.linear(this, matrix);
  }

  /**
   * The rows of a table at these ids, int64 of any shape.
   *
   * @param table {@code [rows, width]}
   * @return the shape of this, and the width
   */
  public DeviceTensor rowsOf(DeviceTensor table) {
    return ModelOperations.rows(this, table);
  }

  /**
   * Root mean square norm along the last axis: {@code x / sqrt(mean(x²) + epsilon) * gain} (Zhang
   * and Sennrich, arXiv 1910.07467).
   */
  public DeviceTensor rmsNorm(DeviceTensor gain, double epsilon) {
    return ModelOperations.rmsNorm(this, gain, epsilon);
  }

  /**
   * Rotary embedding of heads {@code [batch, tokens, heads, headDim]}: {@code x * cos + swapped *
   * sin}, where the halves of each head are swapped.
   *
   * @param cos {@code [tokens, headDim]}
   * @param sin the same, its first half negated
   */
  public DeviceTensor rotate(DeviceTensor cos, DeviceTensor sin) {
    return ModelOperations.rotate(this, cos, sin);
  }

  /** {@code silu(x) * up} (Shazeer, arXiv 2002.05202). */
  public DeviceTensor swiglu(DeviceTensor up) {
    return ModelOperations.swiglu(this, up);
  }

  /**
   * Softmax attention of this query, {@code [batch, heads, tokens, headDim]}.
   *
   * @param key {@code [batch, kvHeads, keys, headDim]}; each head serves consecutive query heads
   * @param value the same shape
   * @param mask added to the scores, {@code [tokens, keys]}
   * @param causal whether a token sees only itself and earlier ones; not beside a mask
   */
  public DeviceTensor attend(
      DeviceTensor key, DeviceTensor value, Optional<DeviceTensor> mask, boolean causal) {
    return ModelOperations.attend(this, key, value, mask, causal);
  }

  /** With the opposite sign. */
  public DeviceTensor neg() {
    return Arithmetic.apply(Unary.NEGATE, this);
  }

  /** The absolute value; without gradients. */
  public DeviceTensor abs() {
    return result(operations().apply(Unary.ABSOLUTE, nativeTensor()));
  }

  /** The square. */
  public DeviceTensor square() {
    return Arithmetic.apply(Unary.SQUARE, this);
  }

  /** The square root. */
  public DeviceTensor sqrt() {
    return Arithmetic.apply(Unary.SQUARE_ROOT, this);
  }

  /** The exponential. */
  public DeviceTensor exp() {
    return Arithmetic.apply(Unary.EXPONENTIAL, this);
  }

  /** The natural logarithm. */
  public DeviceTensor log() {
    return Arithmetic.apply(Unary.LOGARITHM, this);
  }

  /** The softmax along the last axis. */
  public DeviceTensor softmax() {
    return Arithmetic.softmax(this);
  }

  /** The logarithm of the softmax along the last axis. */
  public DeviceTensor logSoftmax() {
    return Arithmetic.logSoftmax(this);
  }

  /** The sum along some axes, which go; along none, of everything. */
  public DeviceTensor sum(int... axes) {
    return Arithmetic.reduce(Reduction.SUM, this, axes);
  }

  /** The mean along some axes, which go; along none, of everything. */
  public DeviceTensor mean(int... axes) {
    return Arithmetic.reduce(Reduction.MEAN, this, axes);
  }

  /** The least element; without gradients. */
  public DeviceTensor min() {
    return result(operations().reduce(Reduction.MINIMUM, nativeTensor(), List.of(), false));
  }

  /** The largest element; without gradients. */
  public DeviceTensor max() {
    return result(operations().reduce(Reduction.MAXIMUM, nativeTensor(), List.of(), false));
  }

  /**
   * Indices of the largest elements along the last axis, which goes; int64, the first of equals.
   */
  public DeviceTensor argMax() {
    return result(operations().argMax(nativeTensor()));
  }

  /** Indices of the first dimension from the largest element down, int64. */
  public DeviceTensor argSortDescending() {
    return result(operations().argSortDescending(nativeTensor()));
  }

  /** Whether gradients of this are collected. A change counts for what is computed afterwards. */
  public void collectGradient(boolean collects) {
    if (collects && variable == null) {
      variable = new Variable(operations(), type(), shape());
      this.collects = true;
    } else if (!collects) {
      clearGradient();
      variable = null;
      this.collects = false;
    }
  }

  /** A copy of the gradient that was collected, zeros if there is none, in a scope. */
  public DeviceTensor gradient(DeviceMemory scope) {
    NativeTensor copy =
        collected()
            .map(sum -> operations().copy(sum))
            .orElseGet(() -> operations().zeros(type(), shape()));
    return scope.own(copy);
  }

  /** A copy of the gradient that was collected, zeros if there is none. */
  public DeviceTensor gradient() {
    return gradient(memory);
  }

  Optional<NativeTensor> collected() {
    return variable == null ? Optional.empty() : variable.sum();
  }

  void clearGradient() {
    if (variable != null) {
      variable.clear();
    }
  }

  /** The same numbers, of which no gradient goes back. */
  public DeviceTensor stopGradient() {
    nativeTensor();
    return memory.own(new DeviceTensor(handle.keep(), memory));
  }

  DeviceTensor result(NativeTensor computed) {
    return memory.own(computed);
  }

  /** Type and shape. */
  @Override
  public String toString() {
    return type() + " " + shape();
  }

  /** Frees this handle, and its numbers if no other one has them. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      if (collects) {
        clearGradient();
      }
      memory.forget(this);
      handle.drop();
    }
  }
}
