package io.github.puzzle4j.blocklib.train;

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

/**
 * The TorchScript kernels of {@code kernels.py}, loaded into libtorch: one JNI call for a whole
 * subblock.
 *
 * <p>An error inside a kernel aborts the process, so every caller checks shapes first.
 */
final class Kernels {

  private final PtSymbolBlock module;
  private final NDManager names;
  private final Map<String, NDArray> methodNames = new HashMap<>();

  Kernels(NDManager manager, Precision precision, double normEpsilon) {
    byte[] archive = KernelArchive.bytes(precision, normEpsilon);
    names = manager;
    try {
      module =
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls a method whose arguments are all tensors. The result belongs to the manager of {@code
   * first}.
   *
   * @param training whether gradients are to flow to those arguments that require them
   */
  NDArray call(String method, boolean training, NDArray first, List<NDArray> rest) {
    NDList arguments = new NDList(rest.size() + 2);
    arguments.add(first);
    arguments.addAll(rest);
    arguments.add(methodNames.computeIfAbsent(method, this::methodName));
    return IValueUtils.forward(module, arguments, training).singletonOrThrow();
  }

  /**
   * One AdamW step in place (Loshchilov and Hutter, arXiv 1711.05101) after clipping to a global
   * norm; gradients are zero afterwards. Only matrices decay.
   *
   * @return the norm of the gradients before clipping
   */
  double adamw(OptimizerState state, double rate, double decay, double clip) {
    try (NDManager scope = names.newSubManager();
        IValue parameters = list(state.matricesFirst(state.parameters()));
        IValue gradients = list(state.matricesFirst(state.gradients(scope)));
        IValue means = list(state.matricesFirst(state.means()));
        IValue squares = list(state.matricesFirst(state.squares()));
        IValue steps = list(state.matricesFirst(state.steps()));
        IValue matrices = IValue.from((long) state.matrices());
        IValue rateValue = IValue.from(rate);
        IValue decayValue = IValue.from(decay);
        IValue clipValue = IValue.from(clip);
        IValue norm =
            IValueUtils.runMethod(
                module,
                "adamw",
                parameters,
                gradients,
                means,
                squares,
                steps,
                matrices,
                rateValue,
                decayValue,
                clipValue)) {
      return norm.toTensor((PtNDManager) scope).getFloat();
    }
  }

  private static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  private NDArray methodName(String method) {
    NDArray name = names.create(new Shape(1), DataType.FLOAT32);
    name.setName("module_method:" + method);
    return name;
  }
}
