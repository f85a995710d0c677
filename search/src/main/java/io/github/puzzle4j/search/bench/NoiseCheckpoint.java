package io.github.puzzle4j.search.bench;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Writes checkpoints of any size with small random bf16 numbers from a seed. One tensor is in
 * memory at a time.
 */
public final class NoiseCheckpoint {

  private static final ValueLayout.OfShort ELEMENT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Of four numbers at once: sign, two bits of exponent and the fraction stay random. */
  private static final long RANDOM_BITS = 0x81FF_81FF_81FF_81FFL;

  /** The least exponent of each, for sizes from 2^-7 to 2^-3. */
  private static final long SMALLEST = 0x3C00_3C00_3C00_3C00L;

  private NoiseCheckpoint() {}

  /**
   * Writes one.
   *
   * @param shardBytes maximum bytes of tensors in one file
   */
  public static void write(Path folder, Model model, long seed, long shardBytes)
      throws IOException {
    CheckpointWriter.write(folder, model, source(model, seed), TensorType.BF16, shardBytes);
  }

  private static TensorSource source(Model model, long seed) {
    SequencedMap<String, List<Long>> shapes = model.tensors();
    return new TensorSource() {
      @Override
      public Set<String> names() {
        return shapes.sequencedKeySet();
      }

      @Override
      public TensorSpec spec(String name) throws IOException {
        List<Long> shape = shapes.get(name);
        if (shape == null) {
          throw new InvalidInputException("no tensor '%s' in the model".formatted(name));
        }
        return new TensorSpec(TensorType.BF16, shape);
      }

      @Override
      public Tensor tensor(String name) throws IOException {
        return noise(spec(name), seed ^ name.hashCode());
      }
    };
  }

  private static Tensor noise(TensorSpec spec, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MemorySegment data = Arena.ofAuto().allocate(spec.bytes(), Long.BYTES);
    long words = spec.bytes() / Long.BYTES;
    for (long word = 0; word < words; word++) {
      data.set(WORD, word * Long.BYTES, noise(random));
    }
    long last = noise(random);
    for (long at = words * Long.BYTES; at < spec.bytes(); at += Short.BYTES) {
      data.set(ELEMENT, at, (short) last);
      last >>>= Short.SIZE;
    }
    return new Tensor(spec.type(), spec.shape(), data);
  }

  private static long noise(SplittableRandom random) {
    return (random.nextLong() & RANDOM_BITS) | SMALLEST;
  }
}
