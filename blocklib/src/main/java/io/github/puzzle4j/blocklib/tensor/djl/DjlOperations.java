package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The operations through DJL. All arrays belong to one manager, and each is closed by itself. */
final class DjlOperations implements Operations {

  private static final int LAST = -1;

  private final PtNDManager manager =
      (PtNDManager) NDManager.newBaseManager(Device.cpu(), DjlEngine.NAME);
  private final Module module = new Module(manager);
  private final DjlAttention attention = new DjlAttention(module);
  private final Map<TypedNumber, NativeTensor> numbers = new ConcurrentHashMap<>();

  private record TypedNumber(double value, TensorType type) {}

  static PtNDArray array(NativeTensor tensor) {
    return ((DjlTensor) tensor).array();
  }

  private static NativeTensor of(NDArray array) {
    return new DjlTensor((PtNDArray) array);
  }

  static Shape shape(List<Long> sizes) {
    return new Shape(array(sizes));
  }

  private static long[] array(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private NativeTensor call(String method, NativeTensor... arguments) {
    return of(module.call(method, arguments).singletonOrThrow());
  }

  private List<NativeTensor> callForAll(String method, NativeTensor... arguments) {
    return module.call(method, arguments).stream().map(DjlOperations::of).toList();
  }

  /** Calls a method that changes its first argument and returns it once more. */
  private void change(String method, NativeTensor... arguments) {
    call(method, arguments).close();
  }

  /** A number as a tensor without dimensions, which lives as long as this. */
  private NativeTensor number(double value, TensorType type) {
    return numbers.computeIfAbsent(
        new TypedNumber(value, type),
        one -> {
          NativeTensor exact = full(value, List.of());
          return type == TensorType.F32 ? exact : cast(exact, type);
        });
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
          throw new IllegalArgumentException("DJL has no name for %s".formatted(type));
    };
  }

  @Override
  public NativeTensor zeros(TensorType type, List<Long> shape) {
    if (type == TensorType.BF16) {
      try (NativeTensor exact = zeros(TensorType.F32, shape)) {
        return cast(exact, type);
      }
    }
    return of(manager.zeros(shape(shape), dataType(type)));
  }

  @Override
  public NativeTensor full(double value, List<Long> shape) {
    return of(
        JniUtils.full(
            manager, shape(shape), value, DataType.FLOAT32, Device.cpu(), SparseFormat.DENSE));
  }

  @Override
  public NativeTensor range(long count) {
    return of(manager.arange(0, Math.toIntExact(count), 1, DataType.INT64));
  }

  @Override
  public NativeTensor copyOf(MemorySegment host, TensorType type, List<Long> shape) {
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
  public void read(NativeTensor tensor, MemorySegment host) {
    if (tensor.type() == TensorType.BF16) {
      try (NativeTensor bytes = call("bfloat16_to_bytes", tensor)) {
        read(bytes, host);
      }
      return;
    }
    host.copyFrom(MemorySegment.ofBuffer(array(tensor).toByteBuffer(false)));
  }

  @Override
  public NativeTensor alias(NativeTensor tensor) {
    return ((DjlTensor) tensor).alias();
  }

  @Override
  public NativeTensor reshape(NativeTensor tensor, List<Long> shape) {
    return tensor.shape().equals(shape)
        ? alias(tensor)
        : of(JniUtils.reshape(array(tensor), array(shape)));
  }

  @Override
  public NativeTensor permute(NativeTensor tensor, List<Integer> axes) {
    return of(
        JniUtils.permute(array(tensor), axes.stream().mapToLong(Integer::longValue).toArray()));
  }

  @Override
  public NativeTensor slice(NativeTensor tensor, int axis, long from, long to) {
    return of(JniUtils.slice(array(tensor), axis, from, to, 1));
  }

  @Override
  public NativeTensor select(NativeTensor tensor, int axis, long index) {
    try (NativeTensor part = slice(tensor, axis, index, index + 1)) {
      return of(JniUtils.squeeze(array(part), axis));
    }
  }

  @Override
  public NativeTensor expand(NativeTensor tensor, List<Long> shape) {
    return of(JniUtils.broadcast(array(tensor), shape(shape)));
  }

  @Override
  public NativeTensor copy(NativeTensor tensor) {
    // A clone keeps strides; a reshaped one is row by row, and copied already if it was not.
    try (NativeTensor flat = reshape(tensor, List.of(DjlOperations.elements(tensor)));
        NativeTensor copied = of(JniUtils.clone(array(flat)))) {
      return reshape(copied, tensor.shape());
    }
  }

  private static long elements(NativeTensor tensor) {
    return tensor.shape().stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public NativeTensor cast(NativeTensor tensor, TensorType type) {
    if (tensor.type() == type) {
      return alias(tensor);
    }
    return type == TensorType.BF16
        ? call("to_bfloat16", tensor)
        : of(JniUtils.to(array(tensor), dataType(type), Device.cpu()));
  }

  @Override
  public void assign(NativeTensor into, NativeTensor from) {
    change("assign", into, from);
  }

  @Override
  public NativeTensor take(NativeTensor tensor, int axis, NativeTensor indices) {
    return call("take_" + axis, tensor, indices);
  }

  @Override
  public void addTaken(NativeTensor into, int axis, NativeTensor indices, NativeTensor parts) {
    change("add_taken_" + axis, into, indices, parts);
  }

  @Override
  public NativeTensor concat(List<NativeTensor> tensors, int axis) {
    return of(
        JniUtils.cat(tensors.stream().map(DjlOperations::array).toArray(PtNDArray[]::new), axis));
  }

  @Override
  public NativeTensor gather(NativeTensor tensor, NativeTensor indices) {
    return of(JniUtils.gather(array(tensor), array(indices), LAST));
  }

  @Override
  public NativeTensor apply(Unary function, NativeTensor tensor) {
    PtNDArray x = array(tensor);
    return switch (function) {
      case NEGATE -> of(JniUtils.neg(x));
      case ABSOLUTE -> of(JniUtils.abs(x));
      case SQUARE -> of(JniUtils.square(x));
      case SQUARE_ROOT -> of(JniUtils.sqrt(x));
      case RECIPROCAL_SQUARE_ROOT -> call("reciprocal_square_root", tensor);
      case EXPONENTIAL -> of(JniUtils.exp(x));
      case LOGARITHM -> of(JniUtils.log(x));
      case SIGMOID -> of(JniUtils.sigmoid(x));
      case SILU -> call("silu", tensor);
    };
  }

  @Override
  public NativeTensor apply(Binary function, NativeTensor left, NativeTensor right) {
    PtNDArray x = array(left);
    PtNDArray y = array(right);
    return of(
        switch (function) {
          case ADD -> JniUtils.add(x, y);
          case SUBTRACT -> JniUtils.sub(x, y);
          case MULTIPLY -> JniUtils.mul(x, y);
          case DIVIDE -> JniUtils.div(x, y);
          case EQUAL -> JniUtils.eq(x, y);
          case LESS -> JniUtils.lt(x, y);
          case GREATER_OR_EQUAL -> JniUtils.gte(x, y);
          case AND -> JniUtils.logicalAnd(x, y);
          case OR -> JniUtils.logicalOr(x, y);
        });
  }

  @Override
  public NativeTensor apply(Binary function, NativeTensor left, double right) {
    return apply(function, left, number(right, left.type()));
  }

  @Override
  public void add(NativeTensor into, NativeTensor tensor, double factor) {
    if (factor == 1) {
      JniUtils.addi(array(into), array(tensor));
    } else if (factor == -1) {
      JniUtils.subi(array(into), array(tensor));
    } else {
      try (NativeTensor scaled = apply(Binary.MULTIPLY, tensor, factor)) {
        JniUtils.addi(array(into), array(scaled));
      }
    }
  }

  @Override
  public NativeTensor reduce(
      Reduction function, NativeTensor tensor, List<Integer> axes, boolean keep) {
    PtNDArray x = array(tensor);
    long[] reduced = axes.stream().mapToLong(Integer::longValue).toArray();
    return switch (function) {
      case SUM -> of(axes.isEmpty() ? JniUtils.sum(x) : JniUtils.sum(x, reduced, keep));
      case MEAN -> {
        try (NativeTensor sum = reduce(Reduction.SUM, tensor, axes, keep)) {
          yield apply(Binary.DIVIDE, sum, (double) elements(tensor) / elements(sum));
        }
      }
      case MINIMUM -> of(JniUtils.min(x));
      case MAXIMUM -> of(JniUtils.max(x));
    };
  }

  @Override
  public NativeTensor softmax(NativeTensor tensor) {
    return of(JniUtils.softmax(array(tensor), LAST, dataType(tensor.type())));
  }

  @Override
  public NativeTensor logSoftmax(NativeTensor tensor) {
    return of(JniUtils.logSoftmax(array(tensor), LAST, dataType(tensor.type())));
  }

  @Override
  public NativeTensor argMax(NativeTensor tensor) {
    return of(JniUtils.argMax(array(tensor)));
  }

  @Override
  public NativeTensor argSortDescending(NativeTensor tensor) {
    return of(array(tensor).argSort(0, false));
  }

  @Override
  public NativeTensor matMul(NativeTensor left, NativeTensor right) {
    return of(JniUtils.matmul(array(left), array(right)));
  }

  @Override
  public NativeTensor product(NativeTensor left, NativeTensor right, TensorType type) {
    try (NativeTensor product = matMul(left, right)) {
      return cast(product, type);
    }
  }

  @Override
  public NativeTensor linear(NativeTensor x, NativeTensor matrix) {
    return call("linear", x, matrix);
  }

  @Override
  public void addProduct(NativeTensor into, NativeTensor left, NativeTensor right) {
    change(into.type() == left.type() ? "add_product" : "add_rounded_product", into, left, right);
  }

  @Override
  public NativeTensor rmsNorm(NativeTensor x, NativeTensor gain, double epsilon) {
    return call("rms_norm", x, gain, number(epsilon, TensorType.F32));
  }

  @Override
  public List<NativeTensor> rmsNormBackward(
      NativeTensor gradient, NativeTensor x, NativeTensor gain, double epsilon) {
    return callForAll("rms_norm_backward", gradient, x, gain, number(epsilon, TensorType.F32));
  }

  @Override
  public NativeTensor rotate(NativeTensor heads, NativeTensor cos, NativeTensor sin) {
    return call("rotate", heads, cos, sin);
  }

  @Override
  public NativeTensor swiglu(NativeTensor gate, NativeTensor up) {
    return call("swiglu", gate, up);
  }

  @Override
  public List<NativeTensor> swigluBackward(
      NativeTensor gradient, NativeTensor gate, NativeTensor up) {
    return callForAll("swiglu_backward", gradient, gate, up);
  }

  @Override
  public Attended attention(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal) {
    return attention.forward(query, key, value, mask, causal);
  }

  @Override
  public List<NativeTensor> attentionBackward(
      NativeTensor gradient,
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal,
      Attended attended) {
    return attention.backward(gradient, query, key, value, mask, causal, attended);
  }

  @Override
  public NativeTensor norm(List<NativeTensor> tensors) {
    try (IValue list = Module.list(tensors)) {
      return of(module.run("norm", list));
    }
  }

  @Override
  public void scale(List<NativeTensor> tensors, NativeTensor factor) {
    try (IValue list = Module.list(tensors);
        IValue number = IValue.from(array(factor))) {
      module.run("scale", list, number).close();
    }
  }

  @Override
  public void adamw(
      List<NativeTensor> parameters,
      List<NativeTensor> gradients,
      List<NativeTensor> means,
      List<NativeTensor> squares,
      List<NativeTensor> steps,
      AdamwSettings settings) {
    try (IValue first = Module.list(parameters);
        IValue second = Module.list(gradients);
        IValue third = Module.list(means);
        IValue fourth = Module.list(squares);
        IValue fifth = Module.list(steps);
        IValue rate = IValue.from(settings.rate());
        IValue decay = IValue.from(settings.decay())) {
      module.run("adamw", first, second, third, fourth, fifth, rate, decay).close();
    }
  }

  @Override
  public void synchronize() {}
}
