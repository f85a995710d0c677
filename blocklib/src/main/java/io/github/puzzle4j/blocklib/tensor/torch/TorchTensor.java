package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A handle of the stable C interface, freed once. */
final class TorchTensor implements NativeTensor, Argument {

  private static final VarHandle HANDLE = handleOfHandle();

  private final TorchCalls calls;
  private volatile long handle;

  // Asked of the library when they are needed; a tensor's layout never changes.
  private @Nullable TensorType type;
  private long @Nullable [] sizes;
  private long @Nullable [] strides;

  TorchTensor(TorchCalls calls, long handle) {
    this.calls = calls;
    this.handle = handle;
  }

  private static VarHandle handleOfHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(TorchTensor.class, "handle", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The open handle. */
  long handle() {
    long open = handle;
    if (open == 0) {
      throw new IllegalStateException("a tensor is used after it was closed");
    }
    return open;
  }

  @Override
  public TensorType type() {
    TensorType known = type;
    if (known == null) {
      known = calls.typeOf(handle());
      type = known;
    }
    return known;
  }

  /** The type for people, also where it is one that only PyTorch has. */
  String typeName() {
    return calls.typeName(handle());
  }

  @Override
  public List<Long> shape() {
    return Arrays.stream(sizes()).boxed().toList();
  }

  /** The sizes; not to be changed. */
  long[] sizes() {
    long[] known = sizes;
    if (known == null) {
      known = calls.sizesOf(handle());
      sizes = known;
    }
    return known;
  }

  /** The distances in elements between neighbours along each axis; not to be changed. */
  long[] strides() {
    long[] known = strides;
    if (known == null) {
      known = calls.stridesOf(handle());
      strides = known;
    }
    return known;
  }

  int rank() {
    return sizes().length;
  }

  long size(int axis) {
    long[] all = sizes();
    return all[axis < 0 ? all.length + axis : axis];
  }

  /** Whether elements lie row by row. */
  boolean isContiguous() {
    long[] all = sizes();
    long[] steps = strides();
    long expected = 1;
    for (int axis = all.length - 1; axis >= 0; axis--) {
      if (all[axis] == 0) {
        return true;
      }
      if (all[axis] != 1 && steps[axis] != expected) {
        return false;
      }
      expected *= all[axis];
    }
    return true;
  }

  long elements() {
    return Layouts.elements(sizes());
  }

  @Override
  public void close() {
    long open = (long) HANDLE.getAndSet(this, 0L);
    if (open != 0) {
      calls.free(open);
    }
  }
}
