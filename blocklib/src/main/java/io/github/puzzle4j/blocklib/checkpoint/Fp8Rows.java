package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * F8_E4M3 and a factor per row, which is the largest number of the row divided by the largest of
 * the type.
 *
 * <p>This is what compressed-tensors calls {@code float-quantized} with the strategy {@code
 * channel}. Engines round activations, for each token by itself, when they compute; nothing is
 * calibrated.
 */
final class Fp8Rows implements MatrixParts {

  /** Of matrices that were read: they are not read again for their factors. */
  private final Map<String, float[]> known = new HashMap<>();

  @Override
  public SequencedMap<String, TensorSpec> parts(String matrix, TensorSpec spec) {
    SequencedMap<String, TensorSpec> parts = new LinkedHashMap<>();
    parts.put(matrix, new TensorSpec(TensorType.F8_E4M3, spec.shape()));
    parts.put(
        matrix + FACTORS, new TensorSpec(TensorType.F32, List.of(spec.shape().getFirst(), 1L)));
    return parts;
  }

  @Override
  public Tensor part(String matrix, String part, TensorSpec spec, TensorSource source)
      throws IOException {
    Tensor whole = source.tensor(matrix);
    float[] factors = known.get(matrix);
    if (factors == null) {
      factors = new MatrixRows(whole).largest();
      for (int row = 0; row < factors.length; row++) {
        factors[row] = SharedFactors.factor(factors[row], FloatCodec.LARGEST_OF_EIGHT_BITS);
      }
      known.put(matrix, factors);
    }
    float[] ofRows = factors;
    return part.equals(matrix)
        ? SharedFactors.eightBits(whole, row -> ofRows[row])
        : Tensor.ofFloats(TensorType.F32, spec.shape(), ofRows);
  }

  @Override
  public void describe(ObjectNode quantization) {
    quantization.put("quant_method", "compressed-tensors");
    quantization.put("format", "float-quantized").put("quantization_status", "compressed");
    ObjectNode group = MatrixParts.group(quantization);
    MatrixParts.float8(group.putObject("weights"), false)
        .put("symmetric", true)
        .put("strategy", "channel");
    MatrixParts.float8(group.putObject("input_activations"), true)
        .put("symmetric", true)
        .put("strategy", "token");
  }
}
