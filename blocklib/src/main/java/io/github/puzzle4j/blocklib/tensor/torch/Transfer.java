package io.github.puzzle4j.blocklib.tensor.torch;

import java.lang.foreign.MemorySegment;

/** Copies between memory of the host and tensors whose elements lie row by row. */
interface Transfer {

  /** Copies the host's numbers into a tensor. */
  void write(MemorySegment host, TorchTensor into);

  /** Copies a tensor's numbers to the host. */
  void read(TorchTensor tensor, MemorySegment host);

  /** Waits until the device has done everything that was asked of it. */
  void synchronize();
}
