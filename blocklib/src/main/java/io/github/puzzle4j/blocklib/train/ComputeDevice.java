package io.github.puzzle4j.blocklib.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What libtorch computes on: the processor or a GPU. */
public final class ComputeDevice {

  /** Lets {@link #named} take a GPU where there is one. */
  public static final String AUTO = "auto";

  private static final String ENGINE = "PyTorch";
  private static final String PROCESSOR = "cpu";
  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private final Device device;

  private ComputeDevice(Device device) {
    this.device = device;
  }

  /** The processor. */
  public static ComputeDevice processor() {
    return new ComputeDevice(Device.cpu());
  }

  /**
   * A device by its name.
   *
   * @param name {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N} for the one numbered N
   *     from 0, or {@code auto} for the first GPU if there is one
   * @throws InvalidInputException if there is no such device here
   */
  public static ComputeDevice named(String name) throws InvalidInputException {
    int gpus = Engine.getEngine(ENGINE).getGpuCount();
    if (name.equals(PROCESSOR) || (name.equals(AUTO) && gpus == 0)) {
      return processor();
    }
    Matcher gpu = GPU.matcher(name.equals(AUTO) ? "cuda" : name);
    if (!gpu.matches()) {
      throw new InvalidInputException(
          "device '%s': expected auto, cpu, cuda or cuda:N".formatted(name));
    }
    int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    if (index >= gpus) {
      throw new InvalidInputException(
          "device '%s': libtorch finds %d GPUs here; a build for CUDA goes in PYTORCH_LIBRARY_PATH"
              .formatted(name, gpus));
    }
    return new ComputeDevice(Device.gpu(index));
  }

  /** New memory there; the caller closes it. */
  public NDManager memory() {
    return NDManager.newBaseManager(device, ENGINE);
  }

  /** The name of the device, {@code cpu} or {@code cuda:N}. */
  @Override
  public String toString() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : PROCESSOR;
  }
}
