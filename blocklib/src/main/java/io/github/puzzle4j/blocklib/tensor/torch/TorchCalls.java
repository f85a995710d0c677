package io.github.puzzle4j.blocklib.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.function.LongToIntFunction;

/**
 * Calls of operators through the dispatcher.
 *
 * <p>A call has a stack of 64-bit words, first of arguments, then of results. A tensor is passed as
 * a handle that the callee frees, so that each argument is a new handle on the tensor. An optional
 * value is 0 or the address of a word, which the callee frees too, as it does lists.
 */
final class TorchCalls {

  private static final int WORDS = 32;
  private static final int DIMENSIONS = 16;

  final Symbols symbols;
  private final Failures failures;
  private final Map<TensorType, Integer> types = new EnumMap<>(TensorType.class);
  private final Map<Integer, TensorType> typesByNumber = new HashMap<>();
  private final ThreadLocal<Frame> frames;
  private volatile int threads;

  TorchCalls(Symbols symbols) {
    this.symbols = symbols;
    failures = new Failures(symbols);
    for (TensorType type : TensorType.values()) {
      types.put(type, numberOf(type));
      typesByNumber.put(numberOf(type), type);
    }
    frames = ThreadLocal.withInitial(Frame::new);
  }

  /** Memory of one thread for arguments and results. */
  private final class Frame {

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment stack = arena.allocate(JAVA_LONG, WORDS);
    private final MemorySegment sizes = arena.allocate(JAVA_LONG, DIMENSIONS);
    private final MemorySegment strides = arena.allocate(JAVA_LONG, DIMENSIONS);
    private final MemorySegment result = arena.allocate(JAVA_LONG);
    private int threads;

    private Frame() {
      Native.flag(symbols.gradMode, false);
    }

    private long word() {
      return result.get(JAVA_LONG, 0);
    }
  }

  /** From now on each thread's operations on the processor use so many threads. */
  void setThreads(int count) {
    threads = count;
  }

  private Frame frame() {
    Frame frame = frames.get();
    int wanted = threads;
    if (wanted != frame.threads) {
      // OpenMP keeps the number for each thread that asks.
      Native.count(symbols.setThreads, wanted);
      frame.threads = wanted;
    }
    return frame;
  }

  private int numberOf(TensorType type) {
    String name =
        switch (type) {
          case F64 -> "float64";
          case F32 -> "float32";
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          case F8_E4M3 -> "float8_e4m3fn";
          case I64 -> "int64";
          case I32 -> "int32";
          case U8 -> "uint8";
          case BOOL -> "bool";
        };
    return symbols.number("aoti_torch_dtype_" + name);
  }

  /** The library's number of a type. */
  int number(TensorType type) {
    return Objects.requireNonNull(types.get(type));
  }

  // Operators

  /** Calls an operator with one tensor as its result. */
  TorchTensor one(Operator operator, Argument... arguments) {
    return new TorchTensor(this, call(operator, arguments).get(JAVA_LONG, 0));
  }

  /** Calls an operator that changes a tensor and returns it. */
  void inPlace(Operator operator, Argument... arguments) {
    free(call(operator, arguments).get(JAVA_LONG, 0));
  }

  /** Calls an operator without a result. */
  void run(Operator operator, Argument... arguments) {
    call(operator, arguments);
  }

  /** Calls an operator with several results: words that are handles of tensors or numbers. */
  long[] many(int results, Operator operator, Argument... arguments) {
    return call(operator, arguments).asSlice(0, (long) results * Long.BYTES).toArray(JAVA_LONG);
  }

  /** Results that are all tensors. */
  List<TorchTensor> tensors(long[] results) {
    return Arrays.stream(results).mapToObj(handle -> new TorchTensor(this, handle)).toList();
  }

  /** What stands for no tensor where the kind has no question mark. */
  TorchTensor undefined() {
    return made("no tensor", result -> Native.call(symbols.undefined, result));
  }

  private MemorySegment call(Operator operator, Argument... arguments) {
    for (Argument argument : arguments) {
      checkOpen(argument);
    }
    MemorySegment stack = frame().stack;
    IntSupplier call =
        () -> {
          for (int i = 0; i < arguments.length; i++) {
            stack.setAtIndex(JAVA_LONG, i, word(arguments[i]));
          }
          return Native.call(
              symbols.callDispatcher,
              operator.nameAddress(),
              operator.overloadAddress(),
              stack.address(),
              symbols.version);
        };
    if (call.getAsInt() != 0) {
      failures.raise(operator.name(), call, (Object[]) arguments);
    }
    return stack;
  }

  /** Checked before anything is lent: what was lent already would never be freed. */
  private static void checkOpen(Argument argument) {
    switch (argument) {
      case TorchTensor tensor -> tensor.handle();
      case Argument.Tensors list -> list.values().forEach(TorchTensor::handle);
      case Argument.Maybe maybe -> maybe.value().ifPresent(TorchCalls::checkOpen);
      case Argument.Whole _, Argument.Real _, Argument.Flag _, Argument.Wholes _ -> {}
    }
  }

  private long word(Argument argument) {
    return switch (argument) {
      case TorchTensor tensor -> share(tensor.handle());
      case Argument.Whole whole -> whole.value();
      case Argument.Real real -> Double.doubleToRawLongBits(real.value());
      case Argument.Flag flag -> flag.value() ? 1 : 0;
      case Argument.Wholes wholes -> {
        long list = list(wholes.values().length);
        for (long value : wholes.values()) {
          require(Native.call(symbols.pushBack, list, value));
        }
        yield list;
      }
      case Argument.Tensors tensors -> {
        long list = list(tensors.values().size());
        for (TorchTensor tensor : tensors.values()) {
          require(Native.call(symbols.pushBack, list, share(tensor.handle())));
        }
        yield list;
      }
      case Argument.Maybe maybe -> maybe.value().isEmpty() ? 0 : boxed(word(maybe.value().get()));
    };
  }

  private long list(long size) {
    Frame frame = frames.get();
    require(Native.call(symbols.newList, size, frame.result.address()));
    return frame.word();
  }

  private long boxed(long word) {
    long address;
    if (symbols.newOptional.isPresent()) {
      Frame frame = frames.get();
      require(Native.call(symbols.newOptional.get(), frame.result.address()));
      address = frame.word();
    } else {
      address = Native.allocate(symbols.operatorNew, Long.BYTES);
    }
    Native.MEMORY.set(JAVA_LONG, address, word);
    return address;
  }

  // Functions of the interface

  /**
   * Calls a function of the interface whose last argument is where it puts a new tensor.
   *
   * @param call is given that address
   */
  TorchTensor made(String operation, LongToIntFunction call, Object... operands) {
    Frame frame = frame();
    check(operation, () -> call.applyAsInt(frame.result.address()), operands);
    return new TorchTensor(this, frame.word());
  }

  /** Calls a function of the interface. */
  void check(String operation, IntSupplier call, Object... operands) {
    frame();
    if (call.getAsInt() != 0) {
      failures.raise(operation, call, operands);
    }
  }

  /** Another handle on a tensor. */
  private long share(long handle) {
    Frame frame = frames.get();
    require(Native.call(symbols.newHandle, handle, frame.result.address()));
    return frame.word();
  }

  TorchTensor alias(TorchTensor tensor) {
    return new TorchTensor(this, share(tensor.handle()));
  }

  /** Addresses of sizes and strides for one call. */
  record Shape(long sizes, long strides, int rank) {}

  Shape shape(long[] sizes, long[] strides) {
    Frame frame = frame();
    MemorySegment.copy(sizes, 0, frame.sizes, JAVA_LONG, 0, sizes.length);
    MemorySegment.copy(strides, 0, frame.strides, JAVA_LONG, 0, strides.length);
    return new Shape(frame.sizes.address(), frame.strides.address(), sizes.length);
  }

  /** A view with sizes, strides and an offset of the caller, who has checked them. */
  TorchTensor view(TorchTensor tensor, long[] sizes, long[] strides, long offset) {
    Shape shape = shape(sizes, strides);
    long handle = tensor.handle();
    return made(
        "view",
        result ->
            Native.call(
                symbols.reinterpret,
                handle,
                shape.rank(),
                shape.sizes(),
                shape.strides(),
                offset,
                result),
        tensor);
  }

  TensorType typeOf(long handle) {
    TensorType type = typesByNumber.get(typeNumber(handle));
    if (type == null) {
      throw new IllegalStateException("PyTorch's " + typeName(handle));
    }
    return type;
  }

  String typeName(long handle) {
    int number = typeNumber(handle);
    TensorType type = typesByNumber.get(number);
    return type == null ? "type " + number : type.name();
  }

  private int typeNumber(long handle) {
    Frame frame = frames.get();
    require(Native.call(symbols.type, handle, frame.result.address()));
    return frame.result.get(JAVA_INT, 0);
  }

  long[] sizesOf(long handle) {
    return words(symbols.sizes, handle);
  }

  long[] stridesOf(long handle) {
    return words(symbols.strides, handle);
  }

  private long[] words(MemorySegment getter, long handle) {
    Frame frame = frames.get();
    require(Native.call(symbols.dimensions, handle, frame.result.address()));
    long bytes = frame.word() * Long.BYTES;
    if (bytes == 0) {
      return new long[0];
    }
    require(Native.call(getter, handle, frame.result.address()));
    return Native.MEMORY.asSlice(frame.word(), bytes).toArray(JAVA_LONG);
  }

  /** Address of the first element. */
  long address(TorchTensor tensor) {
    Frame frame = frames.get();
    require(Native.call(symbols.dataPointer, tensor.handle(), frame.result.address()));
    return frame.word();
  }

  void free(long handle) {
    require(Native.call(symbols.delete, handle));
  }

  /** For functions that fail only if the binding itself is wrong. */
  private static void require(int result) {
    if (result != 0) {
      throw new IllegalStateException("PyTorch's C interface refused a handle");
    }
  }
}
