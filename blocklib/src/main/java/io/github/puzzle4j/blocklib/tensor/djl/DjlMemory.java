package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Making, reading, showing and copying arrays. All belong to one manager, and each is closed by
 * itself.
 */
abstract class DjlMemory implements Operations {

  final PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), DjlEngine.NAME);
  final Module module = new Module(manager);
  private final Map<TypedNumber, NativeTensor> numbers = new ConcurrentHashMap<>();

  private record TypedNumber(double value, TensorType type) {}

  static PtNDArray array(NativeTensor tensor) {
    return ((DjlTensor) tensor).array();
  }

  static NativeTensor of(NDArray array) {
    return new DjlTensor((PtNDArray) array);
  }

  static Shape shape(List<Long> sizes) {
    return new Shape(array(sizes));
  }

  private static long[] array(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  NativeTensor call(String method, NativeTensor... arguments) {
    return of(module.call(method, arguments).singletonOrThrow());
  }

  List<NativeTensor> callForAll(String method, NativeTensor... arguments) {
    return module.call(method, arguments).stream().map(DjlMemory::of).toList();
  }

  /** Calls a method that changes its first argument and returns it once more. */
  void change(String method, NativeTensor... arguments) {
    call(method, arguments).close();
  }

  /** A number as a tensor without dimensions, which lives as long as this. */
  NativeTensor number(double value, TensorType type) {
    return numbers.computeIfAbsent(
        new TypedNumber(value, type),
        one -> {
          if (type == TensorType.F32) {
            return full(value, List.of());
          }
          try (NativeTensor exact = full(value, List.of(), DataType.FLOAT64)) {
            return cast(exact, type);
          }
        });
  }

  static DataType dataType(TensorType type) {
    return switch (type) {
      case F64 -> DataType.FLOAT64;
      case F32 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case U8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
      case BF16, F8_E4M3 ->
          throw new IllegalArgumentException("DJL has no name for %s".formatted(type));
    };
  }

  @Override
  public final NativeTensor zeros(TensorType type, List<Long> shape) {
    if (type == TensorType.BF16) {
      try (NativeTensor exact = zeros(TensorType.F32, shape)) {
        return cast(exact, type);
      }
    }
    return of(manager.zeros(shape(shape), dataType(type)));
  }

  @Override
  public final NativeTensor full(double value, List<Long> shape) {
    return full(value, shape, DataType.FLOAT32);
  }

  private NativeTensor full(double value, List<Long> shape, DataType type) {
    return of(JniUtils.full(manager, shape(shape), value, type, Device.cpu(), SparseFormat.DENSE));
  }

  @Override
  public final NativeTensor range(long count) {
    return of(manager.arange(0, Math.toIntExact(count), 1, DataType.INT64));
  }

  @Override
  public final NativeTensor copyOf(MemorySegment host, TensorType type, List<Long> shape) {
    boolean named = type != TensorType.BF16;
    Shape sizes = named ? shape(shape) : new Shape(host.byteSize());
    DataType dataType = named ? dataType(type) : DataType.UINT8;
    NDArray borrowed =
        manager.create(host.asByteBuffer().order(ByteOrder.nativeOrder()), sizes, dataType);
    try (NativeTensor view = of(borrowed)) {
      if (named) {
        return copy(view);
      }
      try (NativeTensor flat = call("bytes_to_bfloat16", view)) {
        return reshape(flat, shape);
      }
    }
  }

  @Override
  public final void read(NativeTensor tensor, MemorySegment host) {
    if (tensor.type() == TensorType.BF16) {
      try (NativeTensor bytes = call("bfloat16_to_bytes", tensor)) {
        read(bytes, host);
      }
      return;
    }
    host.copyFrom(MemorySegment.ofBuffer(array(tensor).toByteBuffer(false)));
  }

  @Override
  public final NativeTensor alias(NativeTensor tensor) {
    return ((DjlTensor) tensor).alias();
  }

  @Override
  public final NativeTensor reshape(NativeTensor tensor, List<Long> shape) {
    return tensor.shape().equals(shape)
        ? alias(tensor)
        : of(JniUtils.reshape(array(tensor), array(shape)));
  }

  @Override
  public final NativeTensor permute(NativeTensor tensor, List<Integer> axes) {
    return of(
        JniUtils.permute(array(tensor), axes.stream().mapToLong(Integer::longValue).toArray()));
  }

  @Override
  public final NativeTensor slice(NativeTensor tensor, int axis, long from, long to) {
    return of(JniUtils.slice(array(tensor), axis, from, to, 1));
  }

  @Override
  public final NativeTensor select(NativeTensor tensor, int axis, long index) {
    try (NativeTensor part = slice(tensor, axis, index, index + 1)) {
      return of(JniUtils.squeeze(array(part), axis));
    }
  }

  @Override
  public final NativeTensor expand(NativeTensor tensor, List<Long> shape) {
    return of(JniUtils.broadcast(array(tensor), shape(shape)));
  }

  @Override
  public final NativeTensor copy(NativeTensor tensor) {
    // A clone keeps strides; a reshaped one is row by row, and copied already if it was not.
    try (NativeTensor flat = reshape(tensor, List.of(DjlMemory.elements(tensor)));
        NativeTensor copied = of(JniUtils.clone(array(flat)))) {
      return reshape(copied, tensor.shape());
    }
  }

  static long elements(NativeTensor tensor) {
    return tensor.shape().stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public final NativeTensor cast(NativeTensor tensor, TensorType type) {
    if (tensor.type() == type) {
      return alias(tensor);
    }
    return type == TensorType.BF16
        ? call("to_bfloat16", tensor)
        : of(JniUtils.to(array(tensor), dataType(type), Device.cpu()));
  }

  @Override
  public final void assign(NativeTensor into, NativeTensor from) {
    change("assign", into, from);
  }

  @Override
  public final NativeTensor take(NativeTensor tensor, int axis, NativeTensor indices) {
    return call("take_" + axis, tensor, indices);
  }

  @Override
  public final void addTaken(
      NativeTensor into, int axis, NativeTensor indices, NativeTensor parts) {
    change("add_taken_" + axis, into, indices, parts);
  }

  @Override
  public final NativeTensor concat(List<NativeTensor> tensors, int axis) {
    return of(JniUtils.cat(tensors.stream().map(DjlMemory::array).toArray(PtNDArray[]::new), axis));
  }
}
