package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.LoadedTorch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** PyTorch's libraries, loaded into the process. */
final class TorchLibrary {

  private final TorchInstallation installation;
  private final long processor;
  private final OptionalLong cuda;
  private final Optional<CudaDriver> driver;
  private final String gpuFault;
  private final TorchCalls calls;

  private TorchLibrary(
      TorchInstallation installation, long processor, OptionalLong cuda, CudaDriver.Found found)
      throws InvalidInputException {
    this.installation = installation;
    this.processor = processor;
    this.cuda = cuda;
    driver = cuda.isPresent() ? found.driver() : Optional.empty();
    gpuFault =
        found.driver().isPresent() && cuda.isEmpty()
            ? "PyTorch in %s was built without CUDA".formatted(installation.libraries())
            : found.fault();
    calls = new TorchCalls(new Symbols(processor));
  }

  static TorchLibrary load(TorchInstallation installation) throws InvalidInputException {
    String own = realPath(installation);
    LoadedTorch.requireNoOther("torch", own::equals);
    open(installation, "libc10.so");
    long processor = open(installation, "libtorch_cpu.so");
    CudaDriver.Found found = CudaDriver.find();
    OptionalLong cuda = OptionalLong.empty();
    if (found.driver().isPresent() && installation.has("libtorch_cuda.so")) {
      open(installation, "libc10_cuda.so");
      cuda = OptionalLong.of(open(installation, "libtorch_cuda.so"));
    }
    return new TorchLibrary(installation, processor, cuda, found);
  }

  private static long open(TorchInstallation installation, String name)
      throws InvalidInputException {
    Path library = installation.libraries().resolve(name);
    try {
      return SystemLibraries.open(library.toString());
    } catch (UnsatisfiedLinkError e) {
      String message = String.valueOf(e.getMessage()).replace('\n', ' ');
      throw new InvalidInputException(
          "engine torch: %s does not load (%s); install PyTorch anew: pip install torch"
              .formatted(library, message.replace(library + ": ", "")),
          e);
    }
  }

  private static String realPath(TorchInstallation installation) {
    Path library = installation.libraries().resolve("libtorch_cpu.so");
    try {
      return library.toRealPath().toString();
    } catch (IOException e) {
      return library.toString();
    }
  }

  Path folder() {
    return installation.libraries();
  }

  /** As its files say, else as the library does. */
  String version() {
    long number = calls.symbols.version;
    return installation.version().isEmpty()
        ? "%d.%d.%d".formatted(number >>> 56, number >>> 48 & 0xFF, number >>> 40 & 0xFF)
        : installation.version();
  }

  TorchCalls calls() {
    return calls;
  }

  /** Empty where no GPU can be used: see {@link #gpuFault}. */
  Optional<CudaDriver> driver() {
    return driver;
  }

  /** Why no GPU can be used; empty if one can. */
  String gpuFault() {
    return gpuFault;
  }

  CudaSymbols cudaSymbols() throws InvalidInputException {
    return CudaSymbols.of(cuda.orElseThrow());
  }

  /** A function of any of the libraries. */
  MemorySegment required(String symbol) throws InvalidInputException {
    Optional<MemorySegment> found =
        cuda.isPresent() ? SystemLibraries.find(cuda.getAsLong(), symbol) : Optional.empty();
    return found.isPresent() ? found.get() : Symbols.required(processor, symbol);
  }
}
