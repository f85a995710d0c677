package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.blocklib.tensor.engine.LoadedTorch;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The libtorch that comes with DJL, on the processor. */
public final class DjlEngine implements ComputeEngine {

  static final String NAME = "PyTorch";

  /** Of the process, as the library is. */
  private static boolean isLoaded;

  private @Nullable DjlOperations operations;

  /** For {@link java.util.ServiceLoader}. */
  public DjlEngine() {}

  @Override
  public String id() {
    return Engines.DEFAULT;
  }

  @Override
  public void load() throws InvalidInputException {
    loadOnce();
  }

  private static synchronized void loadOnce() throws InvalidInputException {
    if (isLoaded) {
      return;
    }
    LoadedTorch.requireNoOther(Engines.DEFAULT, _ -> false);
    try {
      Engine.getEngine(NAME);
      isLoaded = true;
    } catch (EngineException failure) {
      throw new InvalidInputException(
          ("the libtorch of DJL does not load (%s): it is for Linux and Windows on x86-64 and for"
                  + " Macs, and no part of a bundle; engine torch takes an installed PyTorch")
              .formatted(failure.getMessage()),
          failure);
    }
  }

  @Override
  public String version() {
    return engine().getVersion();
  }

  @Override
  public String location() {
    return "brought by DJL";
  }

  /** GPUs are for the engine that takes the user's own PyTorch. */
  @Override
  public int gpus() {
    return 0;
  }

  @Override
  public String gpuName(int gpu) {
    throw noGpu();
  }

  @Override
  public long gpuBytes(int gpu) {
    throw noGpu();
  }

  @Override
  public OptionalLong gpuTakenBytes(int gpu) {
    throw noGpu();
  }

  @Override
  public String gpuCapability(int gpu) {
    throw noGpu();
  }

  private static IllegalArgumentException noGpu() {
    return new IllegalArgumentException("this engine computes on the processor alone");
  }

  @Override
  public void setThreads(int threads) {
    engine();
    JniUtils.setNumThreads(threads);
  }

  @Override
  public synchronized Operations on(OptionalInt gpu) {
    if (gpu.isPresent()) {
      throw noGpu();
    }
    if (operations == null) {
      engine();
      operations = new DjlOperations();
    }
    return operations;
  }

  private Engine engine() {
    try {
      load();
    } catch (InvalidInputException unusable) {
      throw new IllegalStateException(unusable.getMessage(), unusable);
    }
    return Engine.getEngine(NAME);
  }
}
