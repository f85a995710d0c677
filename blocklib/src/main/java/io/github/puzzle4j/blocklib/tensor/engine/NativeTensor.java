package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.List;

/**
 * One handle on a tensor of an engine. Several handles can share numbers. Whoever asked for a
 * handle closes it, once.
 */
public interface NativeTensor extends AutoCloseable {

  /** Type of the elements. */
  TensorType type();

  /** Sizes of all dimensions; empty for a single number. */
  List<Long> shape();

  /** Frees this handle, and its numbers if no other one has them. */
  @Override
  void close();
}
