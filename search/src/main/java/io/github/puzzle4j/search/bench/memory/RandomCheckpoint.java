package io.github.puzzle4j.search.bench.memory;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** A checkpoint of any size in bfloat16 whose numbers are random, for measurements alone. */
final class RandomCheckpoint {

  /** Random numbers that are repeated; a prime, so that rows of matrices differ. */
  private static final int NUMBERS = 1_000_003;

  private RandomCheckpoint() {}

  /** Writes it in one file, with one tensor in memory at a time. */
  static void write(Path folder, Model model) throws IOException {
    CheckpointWriter.write(
        folder, model, new Noise(model.tensors(), numbers()), TensorType.BF16, Long.MAX_VALUE);
  }

  private static MemorySegment numbers() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      values[i] = (float) random.nextGaussian(0, 0.02);
    }
    return Tensor.ofFloats(TensorType.BF16, List.of((long) NUMBERS), values).data();
  }

  private record Noise(Map<String, List<Long>> shapes, MemorySegment numbers)
      implements TensorSource {

    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public TensorSpec spec(String name) {
      return new TensorSpec(TensorType.BF16, Objects.requireNonNull(shapes.get(name), name));
    }

    @Override
    public Tensor tensor(String name) {
      TensorSpec spec = spec(name);
      MemorySegment data = MemorySegment.ofArray(new byte[Math.toIntExact(spec.bytes())]);
      for (long from = 0; from < spec.bytes(); from += numbers.byteSize()) {
        long count = Math.min(numbers.byteSize(), spec.bytes() - from);
        MemorySegment.copy(numbers, 0, data, from, count);
      }
      return new Tensor(spec.type(), spec.shape(), data);
    }
  }
}
