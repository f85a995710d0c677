package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

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
    checkAlone(installation);
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

  /** Two PyTorches in one process would take each other's libraries, which have equal names. */
  private static void checkAlone(TorchInstallation installation) throws InvalidInputException {
    Optional<String> other;
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      other =
          maps.filter(line -> line.endsWith("/libtorch_cpu.so"))
              .map(line -> line.substring(line.indexOf('/')))
              .filter(path -> !path.equals(realPath(installation)))
              .findFirst();
    } catch (IOException e) {
      other = Optional.empty();
    }
    if (other.isPresent()) {
      throw new InvalidInputException(
          "engine torch: this process has already loaded another PyTorch (%s): use one engine in a"
                  .formatted(other.get())
              + " process");
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

  TorchInstallation installation() {
    return installation;
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
