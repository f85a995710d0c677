package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine's tensor with the number of those who use it: the one who asked for it, tensors that
 * show it, and a tape that needs it for a backward pass. The last one frees it.
 */
final class Handle {

  private final NativeTensor tensor;
  private final AtomicInteger users = new AtomicInteger(1);

  Handle(NativeTensor tensor) {
    this.tensor = tensor;
  }

  /** The tensor. */
  NativeTensor get() {
    if (users.get() <= 0) {
      throw new IllegalStateException("a tensor %s that was freed is used".formatted(shape()));
    }
    return tensor;
  }

  /** One more user. */
  Handle keep() {
    if (users.getAndIncrement() <= 0) {
      users.decrementAndGet();
      throw new IllegalStateException("a tensor %s that was freed is used".formatted(shape()));
    }
    return this;
  }

  /** One user less. */
  void drop() {
    if (users.decrementAndGet() == 0) {
      tensor.close();
    }
  }

  /** Also of a tensor that was freed. */
  List<Long> shape() {
    return tensor.shape();
  }

  /** Also of a tensor that was freed. */
  TensorType type() {
    return tensor.type();
  }
}
