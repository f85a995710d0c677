package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The processor with little memory: it counts the bytes of all tensors but views. */
final class SmallDevice {

  private static final Set<String> VIEWS =
      Set.of("alias", "reshape", "permute", "slice", "select", "expand", "cast");

  private final Operations whole;
  private long limit = Long.MAX_VALUE;
  private long used;
  private long peak;
  private int failures;

  private SmallDevice(Operations whole) {
    this.whole = whole;
  }

  static SmallDevice open() throws InvalidInputException {
    return new SmallDevice(Engines.named(Engines.DEFAULT).on(OptionalInt.empty()));
  }

  DeviceMemory memory() throws InvalidInputException {
    Operations counting =
        proxy(Operations.class, (_, method, arguments) -> counted(method, arguments));
    ComputeEngine engine = Engines.named(Engines.DEFAULT);
    ComputeEngine small =
        proxy(
            ComputeEngine.class,
            (_, method, arguments) ->
                method.getName().equals("on") ? counting : call(engine, method, arguments));
    return ComputeDevice.named(small, "cpu").memory();
  }

  /** Bytes in use. */
  long used() {
    return used;
  }

  /** The most bytes in use since this was asked last. */
  long takePeak() {
    long most = peak;
    peak = used;
    return most;
  }

  void limit(long bytes) {
    limit = bytes;
  }

  /** How often there was too little. */
  int failures() {
    return failures;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private @Nullable Object counted(Method method, Object @Nullable [] arguments) throws Throwable {
    Object[] all = arguments == null ? new Object[0] : arguments;
    Object[] own = Arrays.stream(all).map(SmallDevice::unwrapped).toArray();
    Object result = call(whole, method, own);
    return result == null ? null : wrapped(result, VIEWS.contains(method.getName()));
  }

  private static Object unwrapped(Object argument) {
    return switch (argument) {
      case Counted counted -> counted.tensor;
      case CountedAttention attended -> attended.whole;
      case List<?> list -> list.stream().map(SmallDevice::unwrapped).toList();
      case Optional<?> optional -> optional.map(SmallDevice::unwrapped);
      default -> argument;
    };
  }

  private Object wrapped(Object result, boolean view) {
    return switch (result) {
      case NativeTensor tensor -> new Counted(tensor, view);
      case Attended attended -> new CountedAttention(attended);
      case List<?> list -> list.stream().map(one -> wrapped(one, view)).toList();
      default -> result;
    };
  }

  private final class Counted implements NativeTensor {

    private final NativeTensor tensor;
    private final long bytes;
    private boolean isClosed;

    Counted(NativeTensor tensor, boolean view) {
      this.tensor = tensor;
      long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
      bytes = view ? 0 : elements * tensor.type().bytes();
      if (used + bytes > limit) {
        failures++;
        tensor.close();
        throw new OutOfDeviceMemoryException("%d of %d bytes".formatted(used + bytes, limit));
      }
      used += bytes;
      peak = Math.max(peak, used);
    }

    @Override
    public TensorType type() {
      return tensor.type();
    }

    @Override
    public List<Long> shape() {
      return tensor.shape();
    }

    @Override
    public void close() {
      if (!isClosed) {
        isClosed = true;
        used -= bytes;
        tensor.close();
      }
    }
  }

  private final class CountedAttention implements Attended {

    private final Attended whole;
    private final Counted output;

    CountedAttention(Attended whole) {
      this.whole = whole;
      output = new Counted(whole.output(), false);
    }

    @Override
    public NativeTensor output() {
      return output;
    }

    @Override
    public void close() {
      output.close();
      whole.close();
    }
  }
}
