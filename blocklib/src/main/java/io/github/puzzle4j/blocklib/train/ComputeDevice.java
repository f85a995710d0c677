package io.github.puzzle4j.blocklib.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The device that libtorch computes on, as users name it. */
public final class ComputeDevice {

  /** Lets {@link #named} take a GPU where there is one. */
  public static final String AUTO = "auto";

  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private ComputeDevice() {}

  /**
   * A device by its name.
   *
   * @param name {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N} for the one numbered N
   *     from 0, or {@code auto} for the first GPU if there is one
   * @throws InvalidInputException if there is no such device here
   */
  public static Device named(String name) throws InvalidInputException {
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (name.equals(AUTO)) {
      return gpus > 0 ? Device.gpu(0) : Device.cpu();
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    Matcher gpu = GPU.matcher(name);
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
    return Device.gpu(index);
  }
}
