package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an engine computes on: the processor or a GPU. */
public final class ComputeDevice {

  /** Lets {@link #named} take a GPU where there is one. */
  public static final String AUTO = "auto";

  private static final String PROCESSOR = "cpu";
  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private final ComputeEngine engine;

  /** Null until someone asks which device {@link #AUTO} is, which loads the library. */
  private @Nullable OptionalInt gpu;

  private ComputeDevice(ComputeEngine engine, @Nullable OptionalInt gpu) {
    this.engine = engine;
    this.gpu = gpu;
  }

  /** Whether a text is the name of a device, of this machine or another. */
  public static boolean isName(String text) {
    return text.equals(PROCESSOR) || text.equals(AUTO) || GPU.matcher(text).matches();
  }

  /** The processor, by the default engine. */
  public static ComputeDevice processor() {
    try {
      return new ComputeDevice(Engines.named(Engines.byDefault()), OptionalInt.empty());
    } catch (InvalidInputException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** A device of the default engine, see {@link #named(ComputeEngine, String)}. */
  public static ComputeDevice named(String name) throws InvalidInputException {
    return named(Engines.named(Engines.byDefault()), name);
  }

  /**
   * A device by its name.
   *
   * @param name {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N} for the one numbered N
   *     from 0, or {@code auto} for the first GPU if there is one
   * @throws InvalidInputException if there is no such device here
   */
  public static ComputeDevice named(ComputeEngine engine, String name)
      throws InvalidInputException {
    if (name.equals(PROCESSOR)) {
      return new ComputeDevice(engine, OptionalInt.empty());
    }
    if (name.equals(AUTO)) {
      return new ComputeDevice(engine, null);
    }
    Matcher gpu = GPU.matcher(name);
    if (!gpu.matches()) {
      throw new InvalidInputException(
          "device '%s': expected auto, cpu, cuda or cuda:N".formatted(name));
    }
    int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    engine.load();
    if (index >= engine.gpus()) {
      throw new InvalidInputException(
          "device '%s': engine %s (PyTorch %s, %s) finds %d GPUs here%s"
              .formatted(
                  name,
                  engine.id(),
                  engine.version(),
                  engine.location(),
                  engine.gpus(),
                  engine.id().equals(Engines.DEFAULT)
                      ? "; GPUs are for engine torch (PUZZLE4J_ENGINE=torch) and an installed PyTorch"
                      : ""));
    }
    return new ComputeDevice(engine, OptionalInt.of(index));
  }

  private synchronized OptionalInt gpu() {
    if (gpu == null) {
      gpu = engine.gpus() == 0 ? OptionalInt.empty() : OptionalInt.of(0);
    }
    return gpu;
  }

  /** The engine that computes. */
  public ComputeEngine engine() {
    return engine;
  }

  Operations operations() {
    return engine.on(gpu());
  }

  /** Whether this is a GPU. */
  public boolean isGpu() {
    return gpu().isPresent();
  }

  /** What the driver calls this GPU. */
  public String gpuName() {
    return engine.gpuName(gpu().orElseThrow());
  }

  /** Memory of this GPU. */
  public long gpuBytes() {
    return engine.gpuBytes(gpu().orElseThrow());
  }

  /**
   * Bytes of this GPU that are taken now, by all programs. PyTorch keeps what it has once taken, so
   * that at the end of a stage this is the most that was needed so far. Empty on the processor.
   */
  public OptionalLong gpuTakenBytes() {
    return isGpu() ? engine.gpuTakenBytes(gpu().orElseThrow()) : OptionalLong.empty();
  }

  /** New memory there; the caller closes it. */
  public DeviceMemory memory() {
    return DeviceMemory.of(this);
  }

  /** Waits until everything that was asked of this device is computed. */
  public void synchronize() {
    operations().synchronize();
  }

  /** The name of the device, {@code cpu} or {@code cuda:N}. */
  @Override
  public String toString() {
    return isGpu() ? "cuda:" + gpu().orElseThrow() : PROCESSOR;
  }
}
