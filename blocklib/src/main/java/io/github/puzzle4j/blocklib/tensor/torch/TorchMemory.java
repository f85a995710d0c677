package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.TensorException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.LongStream;

/** Making, reading, viewing and copying of tensors. */
abstract class TorchMemory implements Operations {

  private static final Operator CLONE = Operator.of("clone");
  private static final Operator CONVERT = Operator.of("to.dtype");
  private static final Operator INDEX_SELECT = Operator.of("index_select");
  private static final Operator SCATTER_ADD = Operator.of("scatter_add_");
  private static final Operator CAT = Operator.of("cat");
  private static final Operator GATHER = Operator.of("gather");

  /** Row by row. */
  private static final Argument CONTIGUOUS = Argument.some(Argument.of(0));

  final TorchCalls calls;
  final TorchDevice device;
  private final Symbols symbols;

  TorchMemory(TorchCalls calls, TorchDevice device) {
    this.calls = calls;
    this.device = device;
    symbols = calls.symbols;
  }

  static TorchTensor own(NativeTensor tensor) {
    return (TorchTensor) tensor;
  }

  static List<TorchTensor> own(List<NativeTensor> tensors) {
    return tensors.stream().map(TorchMemory::own).toList();
  }

  TorchTensor empty(TensorType type, long[] sizes) {
    TorchCalls.Shape shape = calls.shape(sizes, Layouts.contiguous(sizes));
    return calls.made(
        "empty",
        result ->
            Native.call(
                symbols.emptyStrided,
                shape.rank(),
                shape.sizes(),
                shape.strides(),
                calls.number(type),
                device.type(),
                device.index(),
                result),
        type,
        shape.rank() + " dimensions, " + Layouts.elements(sizes) + " elements");
  }

  @Override
  public final NativeTensor zeros(TensorType type, List<Long> shape) {
    TorchTensor made = empty(type, Layouts.of(shape));
    calls.check("zeros", () -> Native.call(symbols.zero, made.handle()), made);
    return made;
  }

  @Override
  public final NativeTensor full(double value, List<Long> shape) {
    TorchTensor made = empty(TensorType.F32, Layouts.of(shape));
    calls.check("full", () -> Native.call(symbols.fill, made.handle(), value), made);
    return made;
  }

  @Override
  public final NativeTensor range(long count) {
    long[] numbers = LongStream.range(0, count).toArray();
    return copyOf(MemorySegment.ofArray(numbers), TensorType.I64, List.of(count));
  }

  @Override
  public final NativeTensor copyOf(MemorySegment host, TensorType type, List<Long> shape) {
    TorchTensor made = empty(type, Layouts.of(shape));
    device.transfer().write(host, made);
    return made;
  }

  @Override
  public final void read(NativeTensor tensor, MemorySegment host) {
    TorchTensor source = own(tensor);
    if (source.isContiguous()) {
      device.transfer().read(source, host);
      return;
    }
    try (TorchTensor rows = contiguous(source)) {
      device.transfer().read(rows, host);
    }
  }

  // Views

  @Override
  public final NativeTensor alias(NativeTensor tensor) {
    return calls.alias(own(tensor));
  }

  @Override
  public final NativeTensor reshape(NativeTensor tensor, List<Long> shape) {
    return reshaped(own(tensor), Layouts.of(shape));
  }

  TorchTensor reshaped(TorchTensor tensor, long... sizes) {
    if (tensor.isContiguous() && Layouts.elements(sizes) == tensor.elements()) {
      return calls.view(tensor, sizes, Layouts.contiguous(sizes), 0);
    }
    TorchCalls.Shape shape = calls.shape(sizes, sizes);
    return calls.made(
        "reshape",
        result ->
            Native.call(device.reshape(), tensor.handle(), shape.sizes(), shape.rank(), result),
        tensor,
        LongStream.of(sizes).boxed().toList());
  }

  @Override
  public final NativeTensor permute(NativeTensor tensor, List<Integer> axes) {
    TorchTensor source = own(tensor);
    int rank = source.rank();
    if (axes.size() != rank
        || axes.stream().mapToInt(a -> at(source, a)).distinct().count() != rank) {
      throw fault("permute", source, "axes " + axes);
    }
    return calls.view(
        source,
        axes.stream().mapToLong(axis -> source.sizes()[at(source, axis)]).toArray(),
        axes.stream().mapToLong(axis -> source.strides()[at(source, axis)]).toArray(),
        0);
  }

  /** A view with the last two dimensions exchanged. */
  TorchTensor transposed(TorchTensor tensor) {
    long[] sizes = tensor.sizes().clone();
    long[] strides = tensor.strides().clone();
    int last = sizes.length - 1;
    sizes[last] = tensor.sizes()[last - 1];
    sizes[last - 1] = tensor.sizes()[last];
    strides[last] = tensor.strides()[last - 1];
    strides[last - 1] = tensor.strides()[last];
    return calls.view(tensor, sizes, strides, 0);
  }

  @Override
  public final NativeTensor slice(NativeTensor tensor, int axis, long from, long to) {
    return sliced(own(tensor), axis, from, to);
  }

  TorchTensor sliced(TorchTensor source, int axis, long from, long to) {
    int along = at(source, axis);
    if (from < 0 || from > to || to > source.sizes()[along]) {
      throw fault("slice", source, "from %d to %d along axis %d".formatted(from, to, axis));
    }
    long[] sizes = source.sizes().clone();
    sizes[along] = to - from;
    return calls.view(source, sizes, source.strides(), from * source.strides()[along]);
  }

  @Override
  public final NativeTensor select(NativeTensor tensor, int axis, long index) {
    TorchTensor source = own(tensor);
    int along = at(source, axis);
    if (index < 0 || index >= source.sizes()[along]) {
      throw fault("select", source, "%d along axis %d".formatted(index, axis));
    }
    return calls.view(
        source,
        Layouts.without(source.sizes(), along),
        Layouts.without(source.strides(), along),
        index * source.strides()[along]);
  }

  @Override
  public final NativeTensor expand(NativeTensor tensor, List<Long> shape) {
    return expanded(own(tensor), Layouts.of(shape));
  }

  TorchTensor expanded(TorchTensor source, long... sizes) {
    int leading = sizes.length - source.rank();
    long[] strides = new long[sizes.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      long own = axis < leading ? 1 : source.sizes()[axis - leading];
      if (leading < 0 || (own != sizes[axis] && own != 1)) {
        throw fault("expand", source, LongStream.of(sizes).boxed().toList().toString());
      }
      strides[axis] = own == sizes[axis] && axis >= leading ? source.strides()[axis - leading] : 0;
    }
    return calls.view(source, sizes, strides, 0);
  }

  private static int at(TorchTensor tensor, int axis) {
    int along = axis < 0 ? axis + tensor.rank() : axis;
    if (along < 0 || along >= tensor.rank()) {
      throw fault("a view", tensor, "axis " + axis);
    }
    return along;
  }

  private static TensorException fault(String operation, TorchTensor tensor, String wanted) {
    return new TensorException(
        "%s of %s %s: %s is out of range"
            .formatted(operation, tensor.type(), tensor.shape(), wanted));
  }

  // Copies

  @Override
  public final NativeTensor copy(NativeTensor tensor) {
    return calls.one(CLONE, own(tensor), CONTIGUOUS);
  }

  /** The same tensor if its elements lie row by row, else a copy where they do. */
  TorchTensor contiguous(TorchTensor tensor) {
    return tensor.isContiguous() ? calls.alias(tensor) : calls.one(CLONE, tensor, CONTIGUOUS);
  }

  @Override
  public final NativeTensor cast(NativeTensor tensor, TensorType type) {
    return converted(own(tensor), type);
  }

  TorchTensor converted(TorchTensor tensor, TensorType type) {
    return tensor.type() == type ? calls.alias(tensor) : copied(tensor, type);
  }

  /** The same for a tensor of a type that only PyTorch has. */
  TorchTensor copied(TorchTensor tensor, TensorType type) {
    return calls.one(
        CONVERT,
        tensor,
        Argument.of(calls.number(type)),
        Argument.FALSE,
        Argument.FALSE,
        Argument.NONE);
  }

  /** In float32, unless it is more exact. */
  TorchTensor wide(TorchTensor tensor) {
    return tensor.type() == TensorType.F64
        ? calls.alias(tensor)
        : converted(tensor, TensorType.F32);
  }

  @Override
  public final void assign(NativeTensor into, NativeTensor from) {
    assign(own(into), own(from), 0);
  }

  void assign(TorchTensor into, TorchTensor from, int asynchronous) {
    calls.check(
        "copy_",
        () -> Native.call(symbols.copy, into.handle(), from.handle(), asynchronous),
        into,
        from);
  }

  @Override
  public final NativeTensor take(NativeTensor tensor, int axis, NativeTensor indices) {
    return calls.one(INDEX_SELECT, own(tensor), Argument.of(axis), own(indices));
  }

  @Override
  public final void addTaken(
      NativeTensor into, int axis, NativeTensor indices, NativeTensor parts) {
    TorchTensor target = own(into);
    long[] shape = own(parts).sizes();
    long[] steps = new long[shape.length];
    steps[at(target, axis)] = 1;
    try (TorchTensor rows = contiguous(own(indices));
        TorchTensor spread = calls.view(rows, shape, steps, 0);
        TorchTensor values = converted(own(parts), target.type())) {
      calls.inPlace(SCATTER_ADD, target, Argument.of(axis), spread, values);
    }
  }

  @Override
  public final NativeTensor concat(List<NativeTensor> tensors, int axis) {
    return calls.one(CAT, new Argument.Tensors(own(tensors)), Argument.of(axis));
  }

  @Override
  public final NativeTensor gather(NativeTensor tensor, NativeTensor indices) {
    return calls.one(GATHER, own(tensor), Argument.LAST, own(indices), Argument.FALSE);
  }
}
