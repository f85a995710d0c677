package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * A matrix in NVFP4, see {@link Fp4Blocks}. ModelOpt stores the elements under the name of the
 * matrix and a factor of all factors; compressed-tensors, {@code weight_packed} and a divisor of
 * them.
 *
 * @param elements full name of the tensor of elements
 * @param factors of the tensor of a factor for each block
 * @param second of the tensor with one for all of them
 * @param divides whether it divides
 */
record PackedWeight(
    String elements, String factors, String second, boolean divides, List<Long> shape)
    implements RoundedWeight {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final String PACKED = "_packed";
  private static final String DIVISOR = "_global_scale";

  /**
   * Finds a matrix that is stored so.
   *
   * @param shape of the matrix
   * @throws InvalidInputException if it is there in part, or in other types or shapes
   */
  static Optional<PackedWeight> find(String name, List<Long> shape, TensorSource stored)
      throws IOException {
    boolean compressed = stored.names().contains(name + PACKED);
    String elements = compressed ? name + PACKED : name;
    if (!stored.names().contains(elements)
        || stored.spec(elements).type() != TensorType.U8
        || shape.size() != 2) {
      return Optional.empty();
    }
    String factors = name + MatrixParts.FACTORS;
    String second = name + (compressed ? DIVISOR : Fp4Blocks.SECOND_FACTORS);
    long rows = shape.getFirst();
    long columns = shape.getLast();
    require(stored, elements, TensorType.U8, List.of(rows, columns / 2));
    require(stored, factors, TensorType.F8_E4M3, List.of(rows, columns / Fp4Blocks.BLOCK));
    if (!stored.names().contains(second)
        || stored.spec(second).type() != TensorType.F32
        || stored.spec(second).elements() != 1
        || columns % Fp4Blocks.BLOCK != 0) {
      throw new InvalidInputException(
          "tensor '%s' %s is NVFP4; '%s' must be one number in F32, and rows blocks of %d"
              .formatted(name, shape, second, Fp4Blocks.BLOCK));
    }
    return Optional.of(new PackedWeight(elements, factors, second, compressed, shape));
  }

  private static void require(TensorSource stored, String name, TensorType type, List<Long> shape)
      throws IOException {
    TensorSpec expected = new TensorSpec(type, shape);
    if (!stored.names().contains(name) || !stored.spec(name).equals(expected)) {
      throw new InvalidInputException(
          "tensor '%s' of a matrix in NVFP4 must be %s %s; it is %s"
              .formatted(
                  name, type, shape, stored.names().contains(name) ? stored.spec(name) : "absent"));
    }
  }

  @Override
  public List<String> stored() {
    return List.of(elements, factors, second);
  }

  @Override
  public TensorSpec spec() {
    return new TensorSpec(TensorType.F32, shape);
  }

  @Override
  public Tensor values(TensorSource source) throws IOException {
    MemorySegment packed = source.tensor(elements).data();
    Tensor blocks = source.tensor(factors);
    float scale = source.tensor(second).toFloats()[0];
    int columns = Math.toIntExact(shape.getLast());
    // Outside of the heap, which is small.
    MemorySegment values = Arena.ofAuto().allocate(spec().bytes(), Float.BYTES);
    new MatrixRows(blocks)
        .forEach((row, ofBlocks) -> {
          float[] numbers = new float[columns];
          for (int i = 0; i < columns; i++) {
            float stored = ofBlocks[i / Fp4Blocks.BLOCK];
            float factor = divides ? stored / scale : stored * scale;
            byte pair = packed.get(ValueLayout.JAVA_BYTE, ((long) row * columns + i) / 2);
            numbers[i] = Fp4Blocks.ofFourBits(i % 2 == 0 ? pair : pair >> 4) * factor;
          }
          MemorySegment.copy(
              numbers, 0, values, FLOAT, (long) row * columns * Float.BYTES, numbers.length);
        });
    return new Tensor(TensorType.F32, shape, values);
  }
}
