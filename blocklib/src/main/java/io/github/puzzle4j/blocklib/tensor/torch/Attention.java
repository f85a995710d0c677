package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import java.util.List;

/**
 * A result of attention.
 *
 * @param kernel the way it was computed
 * @param output {@code [batch, heads, tokens, headDim]}
 * @param kept what the backward pass of the kernel needs beside its operands: tensors, closed with
 *     this, and numbers
 */
record Attention(AttentionKernel kernel, TorchTensor output, List<Argument> kept)
    implements Attended {

  @Override
  public void close() {
    output.close();
    for (Argument argument : kept) {
      if (argument instanceof TorchTensor tensor) {
        tensor.close();
      }
    }
  }
}
