package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;

/**
 * The functions of the stable C interface that {@code libtorch_cuda} has.
 *
 * @param currentStream {@code aoti_torch_get_current_cuda_stream}
 * @param synchronizeStream {@code torch_cuda_stream_synchronize}
 */
record CudaSymbols(MemorySegment currentStream, MemorySegment synchronizeStream) {

  static CudaSymbols of(long library) throws InvalidInputException {
    return new CudaSymbols(
        Symbols.required(library, "aoti_torch_get_current_cuda_stream"),
        Symbols.required(library, "torch_cuda_stream_synchronize"));
  }
}
