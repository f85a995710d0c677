package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operations of {@code operations.py}, loaded into libtorch: several of PyTorch's functions in
 * one call from Java, and some that DJL does not offer.
 *
 * <p>An error inside one aborts the process, so shapes are checked before.
 */
final class Module {

  /**
   * Whether libtorch was told on this thread to run code as it is written. Else it would compile it
   * anew after some calls, with other rounding, and a stopped training would not go on to the same
   * result.
   */
  private static final ThreadLocal<Boolean> INTERPRETS =
      ThreadLocal.withInitial(() -> {
        JniUtils.setGraphExecutorOptimize(false);
        return true;
      });

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final Map<String, NDArray> methodNames = new ConcurrentHashMap<>();

  Module(PtNDManager manager) {
    this.manager = manager;
    INTERPRETS.get();
    try {
      module =
          JniUtils.loadModule(
              manager, new ByteArrayInputStream(ModuleArchive.bytes()), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method whose arguments and results are tensors. */
  NDList call(String method, NativeTensor... arguments) {
    INTERPRETS.get();
    NDList list = new NDList(arguments.length + 1);
    for (NativeTensor argument : arguments) {
      list.add(DjlMemory.array(argument));
    }
    list.add(methodNames.computeIfAbsent(method, this::methodName));
    // Not as inference, whose results could not be changed in place.
    return IValueUtils.forward(module, list, true);
  }

  /** Calls a method with one result that takes anything. */
  PtNDArray run(String method, IValue... arguments) {
    INTERPRETS.get();
    try (IValue result = IValueUtils.runMethod(module, method, arguments)) {
      return result.toTensor(manager);
    }
  }

  static IValue list(List<NativeTensor> tensors) {
    return IValue.listFrom(tensors.stream().map(DjlMemory::array).toArray(PtNDArray[]::new));
  }

  private NDArray methodName(String method) {
    NDArray name = manager.create(new Shape(1), DataType.FLOAT32);
    name.setName("module_method:" + method);
    return name;
  }
}
