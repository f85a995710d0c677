package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Moves tensors between files and libtorch. In libtorch they are float32. */
final class NativeTensors {

  /** Elements that are moved at a time. */
  private static final int PIECE = 1 << 22;

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder()));

  private NativeTensors() {}

  /**
   * A copy in libtorch's memory. Goes through a buffer of one piece, so that neither the heap nor
   * direct memory, which only a collector frees, holds a large tensor.
   */
  static NDArray load(NDManager manager, Tensor tensor) {
    Shape shape = new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
    long elements = tensor.elements();
    if (elements <= PIECE) {
      try (NDArray piece = piece(manager, tensor, 0, (int) elements, shape)) {
        // Memory of libtorch's own: freed when it is closed, not when a collector comes by, and
        // aligned, on which the rounding of matrix products can depend.
        return piece.duplicate();
      }
    }
    NDArray loaded = manager.create(shape);
    try (NDArray flat = loaded.reshape(elements)) {
      for (long from = 0; from < elements; from += PIECE) {
        int count = (int) Math.min(PIECE, elements - from);
        try (NDArray piece = piece(manager, tensor, from, count, new Shape(count))) {
          flat.set(new NDIndex(from + ":" + (from + count)), piece);
        }
      }
    }
    return loaded;
  }

  /** A view of this thread's buffer: to be copied before the next one. */
  private static NDArray piece(
      NDManager manager, Tensor tensor, long from, int count, Shape shape) {
    ByteBuffer buffer = BUFFER.get().clear().limit(count * Float.BYTES);
    buffer.asFloatBuffer().put(tensor.toFloats(from, count));
    return manager.create(buffer.slice().order(ByteOrder.nativeOrder()), shape, DataType.FLOAT32);
  }

  static List<NDArray> load(NDManager manager, TensorSource source, Iterable<String> names)
      throws IOException {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      arrays.add(load(manager, source.tensor(name)));
    }
    return List.copyOf(arrays);
  }

  /** Another handle on the same memory, so that results computed from it belong to the scope. */
  static NDArray alias(NDManager scope, NDArray array) {
    NDArray alias = array.reshape(array.getShape());
    alias.attach(scope);
    return alias;
  }

  /**
   * A copy through which gradients flow: a stack of one. DJL's duplicates stop gradients, and the
   * backward pass of a product with a Java number reads that number again, when a collector may
   * have freed it.
   */
  static NDArray copy(NDManager scope, NDArray array) {
    try (NDArray stack = NDArrays.stack(new NDList(array))) {
      NDArray copy = stack.squeeze(0);
      copy.attach(scope);
      return copy;
    }
  }

  static Tensor store(NDArray array, TensorType type) {
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return Tensor.ofFloats(type, shape, array.toFloatArray());
  }
}
