package io.github.puzzle4j.blocklib.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What libtorch computes on: the processor or a GPU. */
public final class ComputeDevice {

  /** Lets {@link #named} take a GPU where there is one. */
  public static final String AUTO = "auto";

  private static final String ENGINE = "PyTorch";
  private static final String PROCESSOR = "cpu";
  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** Null until someone asks which device {@link #AUTO} is, which loads libtorch. */
  private @Nullable Device device;

  private ComputeDevice() {}

  ComputeDevice(Device device) {
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
    if (name.equals(PROCESSOR)) {
      return processor();
    }
    if (name.equals(AUTO)) {
      return new ComputeDevice();
    }
    Matcher gpu = GPU.matcher(name);
    if (!gpu.matches()) {
      throw new InvalidInputException(
          "device '%s': expected auto, cpu, cuda or cuda:N".formatted(name));
    }
    int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    if (index >= gpus()) {
      throw new InvalidInputException(
          "device '%s': libtorch finds %d GPUs here; a build for CUDA goes in PYTORCH_LIBRARY_PATH"
              .formatted(name, gpus()));
    }
    return new ComputeDevice(Device.gpu(index));
  }

  private synchronized Device device() {
    if (device == null) {
      device = gpus() == 0 ? Device.cpu() : Device.gpu(0);
    }
    return device;
  }

  /** GPUs that libtorch finds here. */
  public static int gpus() {
    return engine().getGpuCount();
  }

  /** Version of libtorch. */
  public static String libraryVersion() {
    return engine().getVersion();
  }

  /** From now on so many threads compute together on the processor. */
  public static void setThreads(int threads) {
    engine();
    JniUtils.setNumThreads(threads);
  }

  /** Begins the random numbers of all devices anew. */
  public static void seed(int seed) {
    engine().setRandomSeed(seed);
  }

  private static Engine engine() {
    return Engine.getEngine(ENGINE);
  }

  /** Whether this is a GPU. */
  public boolean isGpu() {
    return device().isGpu();
  }

  /** Memory of this GPU. */
  public long gpuBytes() {
    return CudaUtils.getGpuMemory(device()).getMax();
  }

  /** CUDA's compute capability of this GPU, such as 90 for 9.0. */
  public String gpuCapability() {
    return CudaUtils.getComputeCapability(device().getDeviceId());
  }

  /** New memory there; the caller closes it. */
  public DeviceMemory memory() {
    return new DeviceMemory(NDManager.newBaseManager(device(), ENGINE));
  }

  /** The name of the device, {@code cpu} or {@code cuda:N}. */
  @Override
  public String toString() {
    return isGpu() ? "cuda:" + device().getDeviceId() : PROCESSOR;
  }
}
