package io.github.puzzle4j.blocklib.tensor;

import ai.djl.ndarray.NDArray;
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
import java.util.List;

/**
 * A scope of memory on a device. It owns tensors and smaller scopes, and frees all of them when it
 * is closed. New tensors are float32 unless a method says otherwise.
 */
public final class DeviceMemory implements AutoCloseable {

  /** Elements that are moved at a time. */
  private static final int PIECE = 1 << 22;

  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder()));

  private final NDManager manager;

  DeviceMemory(NDManager manager) {
    this.manager = manager;
  }

  /** New memory on the first GPU if libtorch finds one, else on the processor. */
  public static DeviceMemory open() {
    return new DeviceMemory(NDManager.newBaseManager());
  }

  NDManager manager() {
    return manager;
  }

  /** A smaller scope, which this one closes if nobody did before. */
  public DeviceMemory newScope() {
    return new DeviceMemory(manager.newSubManager());
  }

  /** Where this memory lies. */
  public ComputeDevice device() {
    return new ComputeDevice(manager.getDevice());
  }

  /** Number of tensors that this scope and all scopes in it own now. */
  public int tensors() {
    return manager.getManagedArrays().size();
  }

  /** Zeros. */
  public DeviceTensor zeros(List<Long> shape) {
    return zeros(TensorType.F32, shape);
  }

  /** Zeros. */
  public DeviceTensor zeros(long... shape) {
    return zeros(TensorType.F32, shape);
  }

  /** Zeros of a type. */
  public DeviceTensor zeros(TensorType type, long... shape) {
    return zeros(type, DeviceTensor.shapeOf(shape));
  }

  /** Zeros of a type. */
  public DeviceTensor zeros(TensorType type, List<Long> shape) {
    return new DeviceTensor(manager.zeros(shape(shape), dataType(type)));
  }

  /** Ones. */
  public DeviceTensor ones(long... shape) {
    return new DeviceTensor(manager.ones(new Shape(shape)));
  }

  /** One number everywhere. */
  public DeviceTensor full(float value, long... shape) {
    return new DeviceTensor(manager.full(new Shape(shape), value));
  }

  /** A tensor without dimensions. */
  public DeviceTensor scalar(float value) {
    return new DeviceTensor(manager.create(value));
  }

  /** Numbers in row-major order. */
  public DeviceTensor floats(float[] values, long... shape) {
    return new DeviceTensor(manager.create(values, new Shape(shape)));
  }

  /** Numbers in row-major order, as int64. */
  public DeviceTensor longs(long[] values, long... shape) {
    return new DeviceTensor(manager.create(values, new Shape(shape)));
  }

  /** Draws of a normal distribution around 0, see {@link ComputeDevice#seed}. */
  public DeviceTensor normal(float deviation, List<Long> shape) {
    return new DeviceTensor(manager.randomNormal(0, deviation, shape(shape), DataType.FLOAT32));
  }

  /** Draws of a uniform distribution, see {@link ComputeDevice#seed}. */
  public DeviceTensor uniform(float from, float to, List<Long> shape) {
    return new DeviceTensor(manager.randomUniform(from, to, shape(shape), DataType.FLOAT32));
  }

  /**
   * A copy of a file's tensor, in float32 whatever its type. Goes through a buffer of one piece, so
   * that neither the heap nor direct memory, which only a collector frees, holds a large tensor.
   */
  public DeviceTensor load(Tensor tensor) {
    DeviceTensor loaded = copy(tensor);
    tensor.unload();
    return loaded;
  }

  private DeviceTensor copy(Tensor tensor) {
    long elements = tensor.elements();
    if (elements <= PIECE) {
      try (NDArray piece = piece(tensor, 0, (int) elements, shape(tensor.shape()))) {
        // Memory of libtorch's own: freed when it is closed, not when a collector comes by, and
        // aligned, on which the rounding of matrix products can depend.
        return new DeviceTensor(piece.duplicate());
      }
    }
    NDArray loaded = manager.create(shape(tensor.shape()));
    try (NDArray flat = loaded.reshape(elements)) {
      for (long from = 0; from < elements; from += PIECE) {
        int count = (int) Math.min(PIECE, elements - from);
        try (NDArray piece = piece(tensor, from, count, new Shape(count))) {
          flat.set(new NDIndex(from + ":" + (from + count)), piece);
        }
      }
    }
    return new DeviceTensor(loaded);
  }

  /** {@linkplain #load(Tensor) Copies} of several tensors. */
  public List<DeviceTensor> load(TensorSource source, Iterable<String> names) throws IOException {
    List<DeviceTensor> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(load(source.tensor(name)));
    }
    return List.copyOf(tensors);
  }

  /** A view of this thread's buffer: to be copied before the next one. */
  private NDArray piece(Tensor tensor, long from, int count, Shape shape) {
    ByteBuffer buffer = BUFFER.get().clear().limit(count * Float.BYTES);
    buffer.asFloatBuffer().put(tensor.toFloats(from, count));
    return manager.create(buffer.slice().order(ByteOrder.nativeOrder()), shape, DataType.FLOAT32);
  }

  static Shape shape(List<Long> sizes) {
    return new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  private static DataType dataType(TensorType type) {
    return switch (type) {
      case F32 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case U8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
      case BF16, F8_E4M3 ->
          throw new IllegalArgumentException("tensors of %s are not made here".formatted(type));
    };
  }

  static TensorType type(DataType type) {
    return switch (type) {
      case FLOAT32 -> TensorType.F32;
      case FLOAT16 -> TensorType.F16;
      case INT64 -> TensorType.I64;
      case INT32 -> TensorType.I32;
      case UINT8 -> TensorType.U8;
      case BOOLEAN -> TensorType.BOOL;
      // DJL has no name for bfloat16; nothing else here makes tensors without a name.
      case UNKNOWN -> TensorType.BF16;
      default -> throw new IllegalStateException("a tensor of " + type);
    };
  }

  /** Frees everything. */
  @Override
  public void close() {
    manager.close();
  }
}
