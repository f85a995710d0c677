package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The operations of an engine on one device. All results are new handles that the caller closes;
 * operands stay open. Views share numbers with their operand, everything else does not. Operands
 * may have any strides.
 *
 * <p>Callers have checked shapes and types; an engine that finds a fault nevertheless throws a
 * {@link TensorException} where its library lets it.
 */
public interface Operations {

  // Making and reading

  /** Zeros. */
  NativeTensor zeros(TensorType type, List<Long> shape);

  /** One number everywhere, float32. */
  NativeTensor full(double value, List<Long> shape);

  /** The numbers 0, 1, .. as int64 {@code [count]}. */
  NativeTensor range(long count);

  /**
   * A copy of numbers of the host, row by row, off the Java heap; the segment can be used anew
   * afterwards. Any type but {@code F8_E4M3}.
   */
  NativeTensor copyOf(MemorySegment host, TensorType type, List<Long> shape);

  /**
   * Copies all elements, row by row and in their own type, into memory of the host off the heap.
   */
  void read(NativeTensor tensor, MemorySegment host);

  // Views

  /** Another handle on the same tensor. */
  NativeTensor alias(NativeTensor tensor);

  /** A view if strides allow it, else a copy. */
  NativeTensor reshape(NativeTensor tensor, List<Long> shape);

  /** A view with its dimensions in another order. */
  NativeTensor permute(NativeTensor tensor, List<Integer> axes);

  /** A view of the part from an index up to, and without, another one along an axis. */
  NativeTensor slice(NativeTensor tensor, int axis, long from, long to);

  /** A view of the part at an index of an axis, without that axis. */
  NativeTensor select(NativeTensor tensor, int axis, long index);

  /** A view in which sizes of 1, and missing leading ones, are spread. */
  NativeTensor expand(NativeTensor tensor, List<Long> shape);

  // Copies

  /** A copy, row by row in memory. */
  NativeTensor copy(NativeTensor tensor);

  /** Of another type; another handle on the same tensor if it is of that type. */
  NativeTensor cast(NativeTensor tensor, TensorType type);

  /** Overwrites elements by those of a tensor of the same shape, converted to the type. */
  void assign(NativeTensor into, NativeTensor from);

  /** The parts at indices (int64 {@code [count]}) along an axis. */
  NativeTensor take(NativeTensor tensor, int axis, NativeTensor indices);

  /** Adds parts to those at indices (int64 {@code [count]}, possibly repeated) along an axis. */
  void addTaken(NativeTensor into, int axis, NativeTensor indices, NativeTensor parts);

  /** Tensors one behind the other along an axis. */
  NativeTensor concat(List<NativeTensor> tensors, int axis);

  /** Elements along the last axis at indices (int64, one for each: a last size of 1). */
  NativeTensor gather(NativeTensor tensor, NativeTensor indices);

  // Arithmetic

  /** A function of each element. */
  NativeTensor apply(Unary function, NativeTensor tensor);

  /** A function of each pair of elements. */
  NativeTensor apply(Binary function, NativeTensor left, NativeTensor right);

  /** A function of each element and a number; the type stays. */
  NativeTensor apply(Binary function, NativeTensor left, double right);

  /** Adds a multiple of a tensor, spread where its sizes are 1, in place. */
  void add(NativeTensor into, NativeTensor tensor, double factor);

  /**
   * A reduction.
   *
   * @param axes all where empty; those of minimum and maximum are always all
   * @param keep whether reduced axes stay with a size of 1
   */
  NativeTensor reduce(Reduction function, NativeTensor tensor, List<Integer> axes, boolean keep);

  /** Softmax along the last axis. */
  NativeTensor softmax(NativeTensor tensor);

  /** Logarithm of the softmax along the last axis. */
  NativeTensor logSoftmax(NativeTensor tensor);

  /**
   * Indices of the largest elements along the last axis, which goes; int64. The first of equals.
   */
  NativeTensor argMax(NativeTensor tensor);

  /** Indices of the first dimension from the largest element down, int64. */
  NativeTensor argSortDescending(NativeTensor tensor);

  // Products

  /** Over the last two dimensions, with leading ones spread. */
  NativeTensor matMul(NativeTensor left, NativeTensor right);

  /**
   * A product of matrices in a type that is at least as wide as theirs; the sums of a GPU, which
   * are float32, are not rounded on the way.
   *
   * @param left {@code [m, k]}
   * @param right {@code [k, n]}
   */
  NativeTensor product(NativeTensor left, NativeTensor right, TensorType type);

  /**
   * {@code x Wᵀ}.
   *
   * @param x {@code [.., in]}
   * @param matrix {@code [out, in]}, of the type of {@code x}
   * @return {@code [.., out]}
   */
  NativeTensor linear(NativeTensor x, NativeTensor matrix);

  /**
   * Adds a product in place.
   *
   * @param into {@code [.., n]} of {@code m} rows, float32 or the type of the operands
   * @param left {@code [m, k]}
   * @param right {@code [k, n]}
   */
  void addProduct(NativeTensor into, NativeTensor left, NativeTensor right);

  /**
   * The solution {@code x} of {@code (matrix + ridge I) x = right}, by Cholesky's decomposition in
   * float64; anything where that is not positive definite.
   *
   * @param matrix {@code [n, n]} float32, symmetric
   * @param right {@code [n, m]} float32
   * @return {@code [n, m]} float32
   */
  NativeTensor solve(NativeTensor matrix, NativeTensor right, double ridge);

  // Parts of a language model

  /** {@code x / sqrt(mean(x²) + epsilon) * gain} along the last axis; float32. */
  NativeTensor rmsNorm(NativeTensor x, NativeTensor gain, double epsilon);

  /**
   * Gradients of {@link #rmsNorm}.
   *
   * @param gradient of the result, float32
   * @return of {@code x} and of {@code gain}
   */
  List<NativeTensor> rmsNormBackward(
      NativeTensor gradient, NativeTensor x, NativeTensor gain, double epsilon);

  /**
   * Rotary embedding: {@code heads * cos + swapped * sin}, where the halves of each head are
   * swapped. The type is that of the heads.
   *
   * @param heads {@code [batch, tokens, heads, headDim]}
   * @param cos {@code [tokens, headDim]}, float32
   * @param sin the same, its first half negated
   */
  NativeTensor rotate(NativeTensor heads, NativeTensor cos, NativeTensor sin);

  /** {@code silu(gate) * up}. */
  NativeTensor swiglu(NativeTensor gate, NativeTensor up);

  /** Gradients of {@link #swiglu}: of {@code gate} and of {@code up}. */
  List<NativeTensor> swigluBackward(NativeTensor gradient, NativeTensor gate, NativeTensor up);

  /**
   * Softmax attention with a scale of {@code 1 / sqrt(headDim)}.
   *
   * @param query {@code [batch, heads, tokens, headDim]}
   * @param key {@code [batch, kvHeads, keys, headDim]}, where {@code kvHeads} divides {@code heads}
   *     and each serves consecutive heads
   * @param value the same shape
   * @param mask added to the scores, {@code [tokens, keys]} float32; empty for none
   * @param causal whether a token sees only itself and earlier ones; not beside a mask
   */
  Attended attention(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal);

  /** Gradients of {@link #attention}: of query, key and value, in their shapes. */
  List<NativeTensor> attentionBackward(
      NativeTensor gradient,
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal,
      Attended attended);

  // The optimizer, on lists of equal length

  /** The 2-norm of all elements of all tensors: one float32. */
  NativeTensor norm(List<NativeTensor> tensors);

  /** Multiplies all elements of all tensors by one number (a tensor without dimensions). */
  void scale(List<NativeTensor> tensors, NativeTensor factor);

  /**
   * One step of AdamW in place (Loshchilov and Hutter, arXiv 1711.05101); all are float32 and row
   * by row in memory. Counts {@code steps}, tensors without dimensions, first.
   */
  void adamw(
      List<NativeTensor> parameters,
      List<NativeTensor> gradients,
      List<NativeTensor> means,
      List<NativeTensor> squares,
      List<NativeTensor> steps,
      AdamwSettings settings);

  /** Waits until the device has computed everything that was asked of it. */
  void synchronize();
}
