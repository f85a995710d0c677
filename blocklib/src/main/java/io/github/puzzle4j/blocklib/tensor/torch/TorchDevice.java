package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * A device with the functions of the interface that exist once for each kind of device.
 *
 * @param type number of the kind
 * @param index of the device; 0 for the processor
 * @param isGpu whether it is one
 * @param transfer between the host's memory and the device's
 * @param reshape {@code aoti_torch_*_reshape}
 * @param add {@code aoti_torch_*_add_Tensor}
 * @param addProduct {@code aoti_torch_*_addmm_out}
 */
record TorchDevice(
    boolean isGpu,
    int type,
    int index,
    Transfer transfer,
    MemorySegment reshape,
    MemorySegment add,
    MemorySegment addProduct) {

  static TorchDevice of(TorchLibrary library, TorchCalls calls, OptionalInt gpu)
      throws InvalidInputException {
    String kind = gpu.isPresent() ? "cuda" : "cpu";
    Symbols symbols = calls.symbols;
    int type = symbols.number("aoti_torch_device_type_" + kind);
    String prefix = "aoti_torch_" + kind;
    return new TorchDevice(
        gpu.isPresent(),
        type,
        gpu.orElse(0),
        gpu.isPresent()
            ? new GpuTransfer(calls, gpu.getAsInt(), library.cudaSymbols())
            : new HostTransfer(calls),
        library.required(prefix + "_reshape"),
        library.required(prefix + "_add_Tensor"),
        library.required(prefix + "_addmm_out"));
  }
}
