package io.github.puzzle4j.blocklib.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/** The GPUs that NVIDIA's driver knows, by its own interface. */
final class CudaDriver {

  private static final String LIBRARY = "libcuda.so.1";
  private static final int NAME_BYTES = 256;

  // CUdevice_attribute
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  private final long library;
  private final int count;

  private CudaDriver(long library, int count) {
    this.library = library;
    this.count = count;
  }

  /** The driver, or in one line why there is none. */
  record Found(Optional<CudaDriver> driver, String fault) {}

  static Found find() {
    long library;
    try {
      library = SystemLibraries.open(LIBRARY);
    } catch (UnsatisfiedLinkError e) {
      return new Found(Optional.empty(), "no NVIDIA driver (" + LIBRARY + " was not found)");
    }
    CudaDriver driver = new CudaDriver(library, 0);
    int result = Native.descriptor(driver.function("cuInit"), 0);
    if (result != 0) {
      return new Found(
          Optional.empty(), "the NVIDIA driver does not start (CUDA error %d)".formatted(result));
    }
    int count = driver.number("cuDeviceGetCount");
    return count == 0
        ? new Found(Optional.empty(), "the NVIDIA driver finds no GPU")
        : new Found(Optional.of(new CudaDriver(library, count)), "");
  }

  int gpus() {
    return count;
  }

  String name(int gpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME_BYTES);
      int result =
          Native.call(function("cuDeviceGetName"), name.address(), NAME_BYTES, device(gpu));
      return result == 0 ? name.getString(0) : "GPU " + gpu;
    }
  }

  long bytes(int gpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(JAVA_LONG);
      check(Native.call(function("cuDeviceTotalMem_v2"), bytes.address(), device(gpu)));
      return bytes.get(JAVA_LONG, 0);
    }
  }

  /** Memory that is not free, asked in the context that PyTorch computes in. */
  OptionalLong takenBytes(int gpu) {
    int device = device(gpu);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(JAVA_LONG, 3);
      long context = words.address();
      long free = context + Long.BYTES;
      long total = free + Long.BYTES;
      if (Native.call(function("cuDevicePrimaryCtxRetain"), context, device) != 0) {
        return OptionalLong.empty();
      }
      try {
        if (Native.call(function("cuCtxPushCurrent_v2"), words.get(JAVA_LONG, 0)) != 0) {
          return OptionalLong.empty();
        }
        int result = Native.call(function("cuMemGetInfo_v2"), free, total);
        check(Native.call(function("cuCtxPopCurrent_v2"), context));
        return result == 0
            ? OptionalLong.of(words.getAtIndex(JAVA_LONG, 2) - words.getAtIndex(JAVA_LONG, 1))
            : OptionalLong.empty();
      } finally {
        Native.descriptor(function("cuDevicePrimaryCtxRelease_v2"), device);
      }
    }
  }

  /** Such as 90 for 9.0. */
  String capability(int gpu) {
    return attribute(MAJOR, gpu) + Integer.toString(attribute(MINOR, gpu));
  }

  private int attribute(int attribute, int gpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      check(Native.call(function("cuDeviceGetAttribute"), value.address(), attribute, device(gpu)));
      return value.get(JAVA_INT, 0);
    }
  }

  private int device(int gpu) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment device = arena.allocate(JAVA_INT);
      check(Native.call(function("cuDeviceGet"), device.address(), gpu));
      return device.get(JAVA_INT, 0);
    }
  }

  private int number(String getter) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      check(Native.call(function(getter), number.address()));
      return number.get(JAVA_INT, 0);
    }
  }

  private MemorySegment function(String name) {
    return SystemLibraries.find(library, name).orElseThrow();
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("the NVIDIA driver says error " + result);
    }
  }
}
