package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Weights of an untrained model: normal with deviation 0.02, projections onto the residual stream
 * smaller by the square root of their number (GPT-2, Radford et al. 2019, section 2.3), norms one.
 */
final class InitialWeights {

  private static final double DEVIATION = 0.02;

  private InitialWeights() {}

  static TensorSource of(Model model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double residual = DEVIATION / Math.sqrt(2.0 * model.layers().size());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> tensors.put(name, tensor(name, shape, residual, random)));
    return TensorSource.of(tensors);
  }

  private static Tensor tensor(
      String name, List<Long> shape, double residual, SplittableRandom random) {
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(elements)];
    if (shape.size() == 1) {
      Arrays.fill(values, 1f);
    } else {
      boolean toResidual = name.endsWith(SoftmaxAttention.OUTPUT) || name.endsWith(GatedFfn.DOWN);
      double deviation = toResidual ? residual : DEVIATION;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian(0, deviation);
      }
    }
    return Tensor.ofFloats(TensorType.F32, shape, values);
  }
}
