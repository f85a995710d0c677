package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The functions of the stable C interface that {@code libtorch_cuda} has.
 *
 * @param currentStream {@code aoti_torch_get_current_cuda_stream}
 * @param synchronizeStream {@code torch_cuda_stream_synchronize}
 * @param flash flash attention, where this build has it
 * @param cudnn cuDNN's attention, where this build has it
 */
record CudaSymbols(
    MemorySegment currentStream,
    MemorySegment synchronizeStream,
    Optional<Pass> flash,
    Optional<Pass> cudnn) {

  /** Both directions of a kernel. */
  record Pass(MemorySegment forward, MemorySegment backward) {}

  static CudaSymbols of(long library) throws InvalidInputException {
    return new CudaSymbols(
        Symbols.required(library, "aoti_torch_get_current_cuda_stream"),
        Symbols.required(library, "torch_cuda_stream_synchronize"),
        pass(library, "aoti_torch_cuda__scaled_dot_product_flash_attention"),
        pass(library, "aoti_torch_cuda__scaled_dot_product_cudnn_attention"));
  }

  private static Optional<Pass> pass(long library, String name) {
    return SystemLibraries.find(library, name)
        .flatMap(forward ->
            SystemLibraries.find(library, name + "_backward")
                .map(backward -> new Pass(forward, backward)));
  }
}
