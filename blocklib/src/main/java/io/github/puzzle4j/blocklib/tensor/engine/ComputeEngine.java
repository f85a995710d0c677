package io.github.puzzle4j.blocklib.tensor.engine;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A binding of PyTorch's library, found by {@link java.util.ServiceLoader}. */
public interface ComputeEngine {

  /** The name in plans and options, such as {@code djl}. */
  String id();

  /**
   * Finds and loads the library, if that has not been done. Everything else does so too, but throws
   * the exception's message as an {@link IllegalStateException}.
   *
   * @throws InvalidInputException in one line, if the library is missing, too old or broken: what
   *     is wrong and how to get the right one
   */
  void load() throws InvalidInputException;

  /** Version of the library, such as {@code 2.13.0}. */
  String version();

  /** Where the library was found, for people. */
  String location();

  /** GPUs that the library can compute on here. */
  int gpus();

  /** What the driver calls a GPU, such as {@code NVIDIA H100 80GB HBM3}. */
  String gpuName(int gpu);

  /** Memory of a GPU in bytes. */
  long gpuBytes(int gpu);

  /** Bytes of a GPU that all programs together have taken now; empty if the driver says nothing. */
  OptionalLong gpuTakenBytes(int gpu);

  /** CUDA's compute capability of a GPU, such as 90 for 9.0. */
  String gpuCapability(int gpu);

  /** From now on so many threads compute together on the processor. */
  void setThreads(int threads);

  /**
   * The operations of a device.
   *
   * @param gpu number of a GPU from 0; empty for the processor
   */
  Operations on(OptionalInt gpu);
}
