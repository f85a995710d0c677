package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A PyTorch of the user's, 2.10 or newer, called through its stable C interface. It is looked for
 * in the environment's {@code PUZZLE4J_TORCH}, the Python that {@code PUZZLE4J_PYTHON} names, the
 * active virtual environment, and {@code python3}.
 */
public final class TorchEngine implements ComputeEngine {

  private final Map<OptionalInt, Operations> devices = new HashMap<>();
  private @Nullable TorchLibrary library;

  /** Loads nothing. */
  public TorchEngine() {}

  @Override
  public String id() {
    return "torch";
  }

  @Override
  public void load() throws InvalidInputException {
    loaded();
  }

  private synchronized TorchLibrary loaded() throws InvalidInputException {
    TorchLibrary known = library;
    if (known == null) {
      known = TorchLibrary.load(new TorchFinder(System.getenv()).find());
      library = known;
    }
    return known;
  }

  private TorchLibrary library() {
    try {
      return loaded();
    } catch (InvalidInputException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public String version() {
    return library().version();
  }

  @Override
  public String location() {
    return library().folder().toString();
  }

  @Override
  public int gpus() {
    return library().driver().map(CudaDriver::gpus).orElse(0);
  }

  @Override
  public String gpuName(int gpu) {
    return driver(gpu).name(gpu);
  }

  @Override
  public long gpuBytes(int gpu) {
    return driver(gpu).bytes(gpu);
  }

  @Override
  public OptionalLong gpuTakenBytes(int gpu) {
    return driver(gpu).takenBytes(gpu);
  }

  @Override
  public String gpuCapability(int gpu) {
    return driver(gpu).capability(gpu);
  }

  private CudaDriver driver(int gpu) {
    Optional<CudaDriver> driver = library().driver();
    if (driver.isEmpty()) {
      throw new IllegalStateException("cuda:%d: %s".formatted(gpu, library().gpuFault()));
    }
    if (gpu < 0 || gpu >= driver.get().gpus()) {
      throw new IllegalStateException(
          "cuda:%d: there are %d GPUs, from cuda:0".formatted(gpu, driver.get().gpus()));
    }
    return driver.get();
  }

  @Override
  public void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads);
    }
    library().calls().setThreads(threads);
  }

  @Override
  public synchronized Operations on(OptionalInt gpu) {
    TorchLibrary torch = library();
    gpu.ifPresent(this::driver);
    return devices.computeIfAbsent(gpu, device -> operations(torch, device));
  }

  private static Operations operations(TorchLibrary torch, OptionalInt gpu) {
    try {
      return new TorchOperations(
          torch.calls(),
          TorchDevice.of(torch, torch.calls(), gpu),
          gpu.isPresent() ? Optional.of(torch.cudaSymbols()) : Optional.empty());
    } catch (InvalidInputException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
