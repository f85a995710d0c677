package io.github.puzzle4j.blocklib.tensor.torch;

import java.lang.foreign.MemorySegment;

/** Tensors are in the host's memory themselves. */
record HostTransfer(TorchCalls calls) implements Transfer {

  /** The memory of a tensor, valid while it is open. */
  static MemorySegment memory(TorchCalls calls, TorchTensor tensor) {
    long bytes = tensor.elements() * tensor.type().bytes();
    return bytes == 0 ? MemorySegment.NULL : Native.MEMORY.asSlice(calls.address(tensor), bytes);
  }

  @Override
  public void write(MemorySegment host, TorchTensor into) {
    MemorySegment memory = memory(calls, into);
    MemorySegment.copy(host, 0, memory, 0, memory.byteSize());
  }

  @Override
  public void read(TorchTensor tensor, MemorySegment host) {
    MemorySegment memory = memory(calls, tensor);
    MemorySegment.copy(memory, 0, host, 0, memory.byteSize());
  }

  @Override
  public void synchronize() {
    // Operations on the processor have computed their results when they return.
  }
}
