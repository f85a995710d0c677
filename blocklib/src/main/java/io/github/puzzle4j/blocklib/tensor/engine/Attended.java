package io.github.puzzle4j.blocklib.tensor.engine;

/** The result of attention, with what its engine keeps for the backward pass. */
public interface Attended extends AutoCloseable {

  /** {@code [batch, heads, tokens, headDim]}, of any strides; closed with this. */
  NativeTensor output();

  @Override
  void close();
}
