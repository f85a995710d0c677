package io.github.puzzle4j.blocklib.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The TorchScript kernels of {@code kernels.py}, loaded into libtorch: one JNI call for a whole
 * subblock.
 *
 * <p>An error inside a kernel aborts the process, so every caller checks shapes first.
 */
public final class Kernels {

  private final PtSymbolBlock module;
  private final NDManager names;
  private final Map<String, NDArray> methodNames = new HashMap<>();

  /**
   * Loads the kernels.
   *
   * @param memory must outlive them
   * @param precision of matrix products
   * @param normEpsilon is added under the root of every norm
   */
  public Kernels(DeviceMemory memory, Precision precision, double normEpsilon) {
    byte[] archive = KernelArchive.bytes(precision, normEpsilon);
    names = memory.manager();
    interpret();
    try {
      module =
          JniUtils.loadModule((PtNDManager) names, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls a method whose arguments are all tensors. The result belongs to the memory of {@code
   * first}.
   *
   * @param training whether gradients are to flow to those arguments that require them
   */
  public DeviceTensor call(
      String method, boolean training, DeviceTensor first, List<DeviceTensor> rest) {
    interpret();
    NDList arguments = new NDList(rest.size() + 2);
    arguments.add(first.array());
    rest.forEach(tensor -> arguments.add(tensor.array()));
    arguments.add(methodNames.computeIfAbsent(method, this::methodName));
    return new DeviceTensor(IValueUtils.forward(module, arguments, training).singletonOrThrow());
  }

  /**
   * One AdamW step in place (Loshchilov and Hutter, arXiv 1711.05101) after clipping to a global
   * norm; gradients are zero afterwards. Only matrices decay.
   *
   * @return the norm of the gradients before clipping
   */
  public double adamw(OptimizerState state, double rate, double decay, double clip) {
    double norm = clip(state, clip);
    adamw(state, rate, decay);
    return norm;
  }

  /**
   * Scales all gradients down to a global norm, if theirs is larger.
   *
   * @return the norm before; if it is no finite number, gradients are of no use any more
   */
  public double clip(OptimizerState state, double clip) {
    interpret();
    try (DeviceMemory scope = new DeviceMemory(names.newSubManager());
        IValue gradients = list(state.slots(), slot -> slot.gradient(scope));
        IValue largest = IValue.from(clip);
        IValue total = IValueUtils.runMethod(module, "clip", gradients, largest)) {
      return total.toTensor((PtNDManager) scope.manager()).getFloat();
    }
  }

  /** One AdamW step in place without clipping; gradients are zero afterwards. */
  public void adamw(OptimizerState state, double rate, double decay) {
    interpret();
    try (DeviceMemory scope = new DeviceMemory(names.newSubManager())) {
      adamw(scope, state.slots(OptimizerState.Slot::isMatrix), rate, decay);
      adamw(scope, state.slots(slot -> !slot.isMatrix()), rate, 0);
    }
  }

  /**
   * Has libtorch run kernels as they are written. Else it would compile them anew after some calls,
   * with other rounding, and a stopped training would not go on to the same result. A setting of
   * each thread; a kernel that has run with it must not run without it.
   */
  private static void interpret() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Whole lists go in: libtorch would take writes to a slice of one for dead code. */
  private void adamw(
      DeviceMemory scope, List<OptimizerState.Slot> slots, double rate, double decay) {
    if (slots.isEmpty()) {
      return;
    }
    try (IValue parameters = list(slots, OptimizerState.Slot::parameter);
        IValue gradients = list(slots, slot -> slot.gradient(scope));
        IValue means = list(slots, OptimizerState.Slot::mean);
        IValue squares = list(slots, OptimizerState.Slot::square);
        IValue steps = list(slots, OptimizerState.Slot::step);
        IValue rateValue = IValue.from(rate);
        IValue decayValue = IValue.from(decay);
        IValue done =
            IValueUtils.runMethod(
                module,
                "adamw",
                parameters,
                gradients,
                means,
                squares,
                steps,
                rateValue,
                decayValue)) {
      done.toTensor((PtNDManager) scope.manager());
    }
  }

  private static IValue list(
      List<OptimizerState.Slot> slots, Function<OptimizerState.Slot, DeviceTensor> tensor) {
    return IValue.listFrom(
        slots.stream()
            .map(tensor)
            .map(DeviceTensor::array)
            .map(PtNDArray.class::cast)
            .toArray(PtNDArray[]::new));
  }

  private NDArray methodName(String method) {
    NDArray name = names.create(new Shape(1), DataType.FLOAT32);
    name.setName("module_method:" + method);
    return name;
  }
}
