package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A handle on an array of DJL, which other handles may share. */
final class DjlTensor implements NativeTensor {

  private final PtNDArray array;
  private final AtomicInteger handles;
  private final TensorType type;
  private final List<Long> shape;
  private boolean isClosed;

  DjlTensor(PtNDArray array) {
    this(array, new AtomicInteger(1), type(array.getDataType()), shape(array));
  }

  private DjlTensor(PtNDArray array, AtomicInteger handles, TensorType type, List<Long> shape) {
    this.array = array;
    this.handles = handles;
    this.type = type;
    this.shape = shape;
  }

  private static List<Long> shape(PtNDArray array) {
    return Arrays.stream(array.getShape().getShape()).boxed().toList();
  }

  private static TensorType type(DataType type) {
    return switch (type) {
      case FLOAT64 -> TensorType.F64;
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

  PtNDArray array() {
    if (isClosed) {
      throw new IllegalStateException("%s %s is used after it was closed".formatted(type, shape));
    }
    return array;
  }

  /** Another handle on the same array. */
  DjlTensor alias() {
    array();
    handles.incrementAndGet();
    return new DjlTensor(array, handles, type, shape);
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      if (handles.decrementAndGet() == 0) {
        array.close();
      }
    }
  }
}
