package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.engine.AdamwSettings;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Reduction;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.List;
import java.util.Optional;

/** The operations through DJL. */
final class DjlOperations extends DjlMemory {

  private static final int LAST = -1;

  private final DjlAttention attention = new DjlAttention(module);

  @Override
  public NativeTensor gather(NativeTensor tensor, NativeTensor indices) {
    return of(JniUtils.gather(array(tensor), array(indices), LAST));
  }

  @Override
  public NativeTensor apply(Unary function, NativeTensor tensor) {
    PtNDArray x = array(tensor);
    return switch (function) {
      case NEGATE -> of(JniUtils.neg(x));
      case ABSOLUTE -> of(JniUtils.abs(x));
      case SQUARE -> of(JniUtils.square(x));
      case SQUARE_ROOT -> of(JniUtils.sqrt(x));
      case RECIPROCAL_SQUARE_ROOT -> call("reciprocal_square_root", tensor);
      case EXPONENTIAL -> of(JniUtils.exp(x));
      case LOGARITHM -> of(JniUtils.log(x));
      case SIGMOID -> of(JniUtils.sigmoid(x));
      case SILU -> call("silu", tensor);
    };
  }

  @Override
  public NativeTensor apply(Binary function, NativeTensor left, NativeTensor right) {
    PtNDArray x = array(left);
    PtNDArray y = array(right);
    return of(
        switch (function) {
          case ADD -> JniUtils.add(x, y);
          case SUBTRACT -> JniUtils.sub(x, y);
          case MULTIPLY -> JniUtils.mul(x, y);
          case DIVIDE -> JniUtils.div(x, y);
          case EQUAL -> JniUtils.eq(x, y);
          case LESS -> JniUtils.lt(x, y);
          case GREATER_OR_EQUAL -> JniUtils.gte(x, y);
          case AND -> JniUtils.logicalAnd(x, y);
          case OR -> JniUtils.logicalOr(x, y);
        });
  }

  @Override
  public NativeTensor apply(Binary function, NativeTensor left, double right) {
    return apply(function, left, number(right, left.type()));
  }

  @Override
  public void add(NativeTensor into, NativeTensor tensor, double factor) {
    if (factor == 1) {
      JniUtils.addi(array(into), array(tensor));
    } else if (factor == -1) {
      JniUtils.subi(array(into), array(tensor));
    } else {
      try (NativeTensor scaled = apply(Binary.MULTIPLY, tensor, factor)) {
        JniUtils.addi(array(into), array(scaled));
      }
    }
  }

  @Override
  public NativeTensor reduce(
      Reduction function, NativeTensor tensor, List<Integer> axes, boolean keep) {
    PtNDArray x = array(tensor);
    long[] reduced = axes.stream().mapToLong(Integer::longValue).toArray();
    return switch (function) {
      case SUM -> of(axes.isEmpty() ? JniUtils.sum(x) : JniUtils.sum(x, reduced, keep));
      case MEAN -> {
        try (NativeTensor sum = reduce(Reduction.SUM, tensor, axes, keep)) {
          yield apply(Binary.DIVIDE, sum, (double) elements(tensor) / elements(sum));
        }
      }
      case MINIMUM -> of(JniUtils.min(x));
      case MAXIMUM -> of(JniUtils.max(x));
    };
  }

  @Override
  public NativeTensor softmax(NativeTensor tensor) {
    return of(JniUtils.softmax(array(tensor), LAST, dataType(tensor.type())));
  }

  @Override
  public NativeTensor logSoftmax(NativeTensor tensor) {
    return of(JniUtils.logSoftmax(array(tensor), LAST, dataType(tensor.type())));
  }

  @Override
  public NativeTensor argMax(NativeTensor tensor) {
    return of(JniUtils.argMax(array(tensor), LAST, false));
  }

  @Override
  public NativeTensor argSortDescending(NativeTensor tensor) {
    return of(array(tensor).argSort(0, false));
  }

  @Override
  public NativeTensor matMul(NativeTensor left, NativeTensor right) {
    return of(JniUtils.matmul(array(left), array(right)));
  }

  @Override
  public NativeTensor product(NativeTensor left, NativeTensor right, TensorType type) {
    try (NativeTensor product = matMul(left, right)) {
      return cast(product, type);
    }
  }

  @Override
  public NativeTensor linear(NativeTensor x, NativeTensor matrix) {
    return call("linear", x, matrix);
  }

  @Override
  public void addProduct(NativeTensor into, NativeTensor left, NativeTensor right) {
    change(into.type() == left.type() ? "add_product" : "add_rounded_product", into, left, right);
  }

  @Override
  public NativeTensor solve(NativeTensor matrix, NativeTensor right, double ridge) {
    return call("solve", matrix, right, number(ridge, TensorType.F32));
  }

  @Override
  public NativeTensor rmsNorm(NativeTensor x, NativeTensor gain, double epsilon) {
    return call("rms_norm", x, gain, number(epsilon, TensorType.F32));
  }

  @Override
  public List<NativeTensor> rmsNormBackward(
      NativeTensor gradient, NativeTensor x, NativeTensor gain, double epsilon) {
    return callForAll("rms_norm_backward", gradient, x, gain, number(epsilon, TensorType.F32));
  }

  @Override
  public NativeTensor rotate(NativeTensor heads, NativeTensor cos, NativeTensor sin) {
    return call("rotate", heads, cos, sin);
  }

  @Override
  public NativeTensor swiglu(NativeTensor gate, NativeTensor up) {
    return call("swiglu", gate, up);
  }

  @Override
  public List<NativeTensor> swigluBackward(
      NativeTensor gradient, NativeTensor gate, NativeTensor up) {
    return callForAll("swiglu_backward", gradient, gate, up);
  }

  @Override
  public Attended attention(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal) {
    return attention.forward(query, key, value, mask, causal);
  }

  @Override
  public List<NativeTensor> attentionBackward(
      NativeTensor gradient,
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal,
      Attended attended) {
    return attention.backward(gradient, query, key, value, mask, causal, attended);
  }

  @Override
  public NativeTensor norm(List<NativeTensor> tensors) {
    try (IValue list = Module.list(tensors)) {
      return of(module.run("norm", list));
    }
  }

  @Override
  public void scale(List<NativeTensor> tensors, NativeTensor factor) {
    try (IValue list = Module.list(tensors);
        IValue number = IValue.from(array(factor))) {
      module.run("scale", list, number).close();
    }
  }

  @Override
  public void adamw(
      List<NativeTensor> parameters,
      List<NativeTensor> gradients,
      List<NativeTensor> means,
      List<NativeTensor> squares,
      List<NativeTensor> steps,
      AdamwSettings settings) {
    try (IValue first = Module.list(parameters);
        IValue second = Module.list(gradients);
        IValue third = Module.list(means);
        IValue fourth = Module.list(squares);
        IValue fifth = Module.list(steps);
        IValue rate = IValue.from(settings.rate());
        IValue decay = IValue.from(settings.decay())) {
      module.run("adamw", first, second, third, fourth, fifth, rate, decay).close();
    }
  }

  @Override
  public void synchronize() {}
}
