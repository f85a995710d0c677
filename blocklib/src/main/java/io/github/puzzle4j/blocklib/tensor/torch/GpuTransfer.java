package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies through page-locked buffers in pieces. PyTorch keeps and reuses these buffers, a used one
 * only when its copy has ended, so that the next piece is prepared while the last one travels.
 */
final class GpuTransfer implements Transfer {

  private static final long PIECE = 16 << 20;

  private final TorchCalls calls;
  private final Symbols symbols;
  private final int type;
  private final int index;
  private final MemorySegment currentStream;
  private final MemorySegment synchronizeStream;

  GpuTransfer(TorchCalls calls, int type, int index, CudaSymbols cuda) {
    this.calls = calls;
    symbols = calls.symbols;
    this.type = type;
    this.index = index;
    currentStream = cuda.currentStream();
    synchronizeStream = cuda.synchronizeStream();
  }

  @Override
  public void write(MemorySegment host, TorchTensor into) {
    long bytes = into.elements() * into.type().bytes();
    try (TorchTensor target = elements(into)) {
      for (long done = 0; done < bytes; done += PIECE) {
        long size = Math.min(PIECE, bytes - done);
        try (TorchTensor pinned = pinned(into.type(), size);
            TorchTensor part = part(target, done, size)) {
          MemorySegment.copy(host, done, HostTransfer.memory(calls, pinned), 0, size);
          copy(part, pinned, 1);
        }
      }
    }
  }

  @Override
  public void read(TorchTensor tensor, MemorySegment host) {
    long bytes = tensor.elements() * tensor.type().bytes();
    try (TorchTensor source = elements(tensor)) {
      for (long done = 0; done < bytes; done += PIECE) {
        long size = Math.min(PIECE, bytes - done);
        try (TorchTensor pinned = pinned(tensor.type(), size);
            TorchTensor part = part(source, done, size)) {
          copy(pinned, part, 0);
          MemorySegment.copy(HostTransfer.memory(calls, pinned), 0, host, done, size);
        }
      }
    }
  }

  @Override
  public void synchronize() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stream = arena.allocate(ValueLayout.JAVA_LONG);
      calls.check("the GPU's stream", () -> Native.call(currentStream, index, stream.address()));
      calls.check(
          "what was asked of the GPU",
          () -> Native.call(synchronizeStream, stream.get(ValueLayout.JAVA_LONG, 0), index));
    }
  }

  /** All elements in one dimension. */
  private TorchTensor elements(TorchTensor tensor) {
    return calls.view(tensor, new long[] {tensor.elements()}, new long[] {1}, 0);
  }

  private TorchTensor part(TorchTensor elements, long from, long bytes) {
    int width = elements.type().bytes();
    return calls.view(elements, new long[] {bytes / width}, new long[] {1}, from / width);
  }

  private TorchTensor pinned(TensorType elements, long bytes) {
    TorchCalls.Shape shape = calls.shape(new long[] {bytes / elements.bytes()}, new long[] {1});
    return calls.made(
        "a page-locked buffer",
        result ->
            Native.call(
                symbols.emptyPinned,
                shape.rank(),
                shape.sizes(),
                shape.strides(),
                calls.number(elements),
                symbols.number("aoti_torch_device_type_cpu"),
                0,
                result));
  }

  private void copy(TorchTensor into, TorchTensor from, int asynchronous) {
    calls.check(
        "copy_",
        () -> Native.call(symbols.copy, into.handle(), from.handle(), asynchronous),
        into,
        from);
  }
}
