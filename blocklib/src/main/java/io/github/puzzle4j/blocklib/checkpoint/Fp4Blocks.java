package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * NVFP4 as ModelOpt writes it: two numbers of E2M1 in a byte, the first one in the low bits; a
 * factor in F8_E4M3 for each {@value #BLOCK} numbers of a row; one in F32 for those factors, and
 * one for what the matrix is multiplied with.
 */
record Fp4Blocks(SharedFactors factors) implements MatrixParts {

  /** Numbers that share a factor. */
  static final int BLOCK = CheckpointWriter.NVFP4_BLOCK;

  /** What follows the name of a matrix in that of the factor of its factors. */
  static final String SECOND_FACTORS = FACTORS + "_2";

  /** The largest number of E2M1. */
  private static final float LARGEST = 6;

  private static final float SMALLEST_FACTOR = 0x1p-9f;

  /** The largest number that a block can hold. */
  private static final float LARGEST_OF_BLOCK = LARGEST * FloatCodec.LARGEST_OF_EIGHT_BITS;

  @Override
  public SequencedMap<String, TensorSpec> parts(String matrix, TensorSpec spec) {
    long rows = spec.shape().getFirst();
    long columns = spec.shape().getLast();
    if (columns % BLOCK != 0) {
      throw new IllegalArgumentException(
          "%s has rows of %d numbers, which are not blocks of %d"
              .formatted(matrix, columns, BLOCK));
    }
    TensorSpec one = new TensorSpec(TensorType.F32, List.of());
    SequencedMap<String, TensorSpec> parts = new LinkedHashMap<>();
    parts.put(matrix, new TensorSpec(TensorType.U8, List.of(rows, columns / 2)));
    parts.put(matrix + FACTORS, new TensorSpec(TensorType.F8_E4M3, List.of(rows, columns / BLOCK)));
    parts.put(matrix + SECOND_FACTORS, one);
    parts.put(SharedFactors.inputOf(matrix), one);
    return parts;
  }

  @Override
  public Tensor part(String matrix, String part, TensorSpec spec, TensorSource source)
      throws IOException {
    if (part.equals(SharedFactors.inputOf(matrix))) {
      return SharedFactors.scalar(SharedFactors.factor(factors.ofInputs(matrix), LARGEST_OF_BLOCK));
    }
    float factor = SharedFactors.factor(factors.ofMatrices(matrix, source), LARGEST_OF_BLOCK);
    if (part.equals(matrix + SECOND_FACTORS)) {
      return SharedFactors.scalar(factor);
    }
    Tensor whole = source.tensor(matrix);
    return part.equals(matrix) ? elements(whole, factor, spec) : ofBlocks(whole, factor, spec);
  }

  private static Tensor ofBlocks(Tensor whole, float factor, TensorSpec spec) {
    MemorySegment data = FloatCodec.allocate(spec.bytes());
    new MatrixRows(whole)
        .forEach((row, numbers) -> {
          int blocks = numbers.length / BLOCK;
          for (int block = 0; block < blocks; block++) {
            byte stored = ofBlock(numbers, block * BLOCK, factor);
            data.set(ValueLayout.JAVA_BYTE, (long) row * blocks + block, stored);
          }
        });
    return new Tensor(spec.type(), spec.shape(), data);
  }

  /** The factor of a block: of zeros, one; of numbers that are too small, the smallest there is. */
  private static byte ofBlock(float[] numbers, int from, float factor) {
    float largest = MatrixRows.largest(numbers, from, from + BLOCK);
    float wanted = largest == 0 ? 1 : Math.max(largest / (LARGEST * factor), SMALLEST_FACTOR);
    return FloatCodec.eightBits(wanted);
  }

  private static Tensor elements(Tensor whole, float factor, TensorSpec spec) {
    MemorySegment data = FloatCodec.allocate(spec.bytes());
    new MatrixRows(whole)
        .forEach((row, numbers) -> {
          byte[] packed = new byte[numbers.length / 2];
          for (int block = 0; block < numbers.length; block += BLOCK) {
            float divisor = FloatCodec.ofEightBits(ofBlock(numbers, block, factor)) * factor;
            for (int i = block; i < block + BLOCK; i += 2) {
              int low = fourBits(numbers[i] / divisor);
              packed[i / 2] = (byte) (low | fourBits(numbers[i + 1] / divisor) << 4);
            }
          }
          MemorySegment.copy(
              packed, 0, data, ValueLayout.JAVA_BYTE, (long) row * packed.length, packed.length);
        });
    return new Tensor(spec.type(), spec.shape(), data);
  }

  /**
   * The nearest of 0, 0.5, 1, 1.5, 2, 3, 4 and 6, ties to even numbers; the sign is the top bit.
   */
  private static int fourBits(float value) {
    float size = Math.abs(value);
    int sign = value < 0 ? 8 : 0;
    if (size < 2) {
      return sign | (int) Math.rint(size * 2);
    }
    if (size < 4) {
      return sign | (2 + (int) Math.rint(size));
    }
    return sign | (size <= 5 ? 6 : 7);
  }

  /** The number that four bits stand for. */
  static float ofFourBits(int bits) {
    int code = bits & 7;
    float size =
        switch (code) {
          case 7 -> 6;
          case 4, 5, 6 -> code - 2;
          default -> code / 2f;
        };
    return (bits & 8) == 0 ? size : -size;
  }

  @Override
  public void describe(ObjectNode quantization) {
    quantization.put("quant_method", "modelopt").put("quant_algo", "NVFP4");
    ObjectNode group = MatrixParts.group(quantization);
    float4(group.putObject("weights"));
    float4(group.putObject("input_activations"));
  }

  private static void float4(ObjectNode scheme) {
    scheme.put("num_bits", 4).put("type", "float").put("dynamic", false).put("group_size", BLOCK);
  }

  @Override
  public void describeAlone(ObjectNode quantization) {
    quantization.put("quant_algo", "NVFP4").putNull("kv_cache_quant_algo");
    quantization.put("group_size", BLOCK);
    MatrixParts.leaveOutHead(quantization.putArray("exclude_modules"));
  }
}
