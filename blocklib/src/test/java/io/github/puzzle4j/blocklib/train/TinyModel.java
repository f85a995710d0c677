package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/** Models of a few thousand weights, each part of which matters to the output. */
public final class TinyModel {

  public static final int VOCABULARY = 24;
  public static final int HIDDEN = 16;
  public static final int CHANNELS = 20;
  public static final SoftmaxAttention ATTENTION =
      SoftmaxAttention.plain(new AttentionShape(4, 2, 8));
  public static final Layer LAYER = new Layer(ATTENTION, new GatedFfn(CHANNELS));

  private TinyModel() {}

  public static CommonParts common() {
    return common(false);
  }

  public static CommonParts common(boolean tied) {
    return new CommonParts(
        "llama",
        VOCABULARY,
        HIDDEN,
        new RotaryEmbedding(1000, new RotaryEmbedding.Scaling.None()),
        1e-5,
        256,
        tied,
        new SpecialTokens(List.of(1), List.of(2)),
        StoredWeights.PLAIN);
  }

  public static Model model(int layers) {
    return Model.uniform(common(), layers, LAYER);
  }

  public static Model model(Layer... layers) {
    return new Model(common(), List.of(layers));
  }

  /** Weights that keep the scale of what they multiply; norms between a half and one and a half. */
  public static TensorSource weights(Model model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> {
          int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
          float[] values =
              shape.size() == 1
                  ? uniform(random, size, 0.5, 1.5)
                  : normal(random, size, 1 / Math.sqrt(shape.getLast()));
          tensors.put(name, Tensor.ofFloats(TensorType.F32, shape, values));
        });
    return TensorSource.of(tensors);
  }

  public static DeviceTensor normal(DeviceMemory memory, long seed, List<Long> shape) {
    return normal(memory, seed, shape.stream().mapToLong(Long::longValue).toArray());
  }

  public static DeviceTensor normal(DeviceMemory memory, long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return memory.floats(normal(random, elements, 1), shape);
  }

  /** Parameters by names that stand for nothing. */
  static SequencedMap<String, DeviceTensor> named(List<DeviceTensor> tensors) {
    SequencedMap<String, DeviceTensor> named = new LinkedHashMap<>();
    tensors.forEach(tensor -> named.put("parameter " + named.size(), tensor));
    return named;
  }

  public static List<TokenBatch> batches(int number, int rows, int tokens, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenBatch> batches = new ArrayList<>();
    for (int batch = 0; batch < number; batch++) {
      List<int[]> sequences = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        sequences.add(random.ints(tokens, 0, VOCABULARY).toArray());
      }
      batches.add(TokenBatch.ofAllTokens(sequences, VOCABULARY));
    }
    return batches;
  }

  private static float[] normal(SplittableRandom random, int size, double deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return values;
  }

  private static float[] uniform(SplittableRandom random, int size, double from, double to) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }
}
