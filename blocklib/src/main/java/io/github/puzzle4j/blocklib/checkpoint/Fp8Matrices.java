package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * F8_E4M3 with one factor for a matrix and one for what it is multiplied with, as ModelOpt writes
 * its format {@code FP8}.
 */
record Fp8Matrices(SharedFactors factors) implements MatrixParts {

  @Override
  public SequencedMap<String, TensorSpec> parts(String matrix, TensorSpec spec) {
    TensorSpec factor = new TensorSpec(TensorType.F32, List.of());
    SequencedMap<String, TensorSpec> parts = new LinkedHashMap<>();
    parts.put(matrix, new TensorSpec(TensorType.F8_E4M3, spec.shape()));
    parts.put(matrix + FACTORS, factor);
    parts.put(SharedFactors.inputOf(matrix), factor);
    return parts;
  }

  @Override
  public Tensor part(String matrix, String part, TensorSpec spec, TensorSource source)
      throws IOException {
    float largestOfType = FloatCodec.LARGEST_OF_EIGHT_BITS;
    if (part.equals(SharedFactors.inputOf(matrix))) {
      return SharedFactors.scalar(SharedFactors.factor(factors.ofInputs(matrix), largestOfType));
    }
    float factor = SharedFactors.factor(factors.ofMatrices(matrix, source), largestOfType);
    return part.equals(matrix)
        ? SharedFactors.eightBits(source.tensor(matrix), _ -> factor)
        : SharedFactors.scalar(factor);
  }

  @Override
  public void describe(ObjectNode quantization) {
    quantization.put("quant_method", "modelopt").put("quant_algo", "FP8");
    ObjectNode group = MatrixParts.group(quantization);
    MatrixParts.float8(group.putObject("weights"), false);
    MatrixParts.float8(group.putObject("input_activations"), false);
  }

  @Override
  public void describeAlone(ObjectNode quantization) {
    quantization.put("quant_algo", "FP8").putNull("kv_cache_quant_algo");
    MatrixParts.leaveOutHead(quantization.putArray("exclude_modules"));
  }
}
