package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.io.IOException;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tensors that stand for a matrix in fewer bits: its elements and their factors. */
sealed interface MatrixParts permits Fp8Rows, Fp8Matrices, Fp4Blocks {

  /** What follows the name of a matrix in that of its factors. */
  String FACTORS = "_scale";

  /**
   * How matrices are written.
   *
   * @param inputs by matrix, the largest number of what it is multiplied with; only those formats
   *     read it that round activations by a stored factor
   * @throws IllegalArgumentException if the format rounds nothing or is not written
   */
  static MatrixParts of(Matrices matrices, Map<String, Float> inputs) {
    return switch (matrices) {
      case FP8 -> new Fp8Rows();
      case FP8_STATIC -> new Fp8Matrices(new SharedFactors(inputs));
      case NVFP4 -> new Fp4Blocks(new SharedFactors(inputs));
      case PLAIN, FP8_BLOCK ->
          throw new IllegalArgumentException("%s is not written".formatted(matrices));
    };
  }

  /** The tensors of a matrix, by their full names. */
  SequencedMap<String, TensorSpec> parts(String matrix, TensorSpec spec);

  /**
   * One of them.
   *
   * @param part its name
   * @param spec its type and shape
   */
  Tensor part(String matrix, String part, TensorSpec spec, TensorSource source) throws IOException;

  /** What {@code quantization_config} says of them. */
  void describe(ObjectNode quantization);

  /** What ModelOpt's own file says of them; nothing where it is not ModelOpt's format. */
  default void describeAlone(ObjectNode quantization) {}

  /** What all of them say: linear layers, but for the LM head. */
  static ObjectNode group(ObjectNode quantization) {
    ObjectNode group = quantization.putObject("config_groups").putObject("group_0");
    group.putArray("targets").add("Linear");
    leaveOutHead(quantization.putArray("ignore"));
    return group;
  }

  static void leaveOutHead(ArrayNode modules) {
    modules.add("lm_head");
  }

  static ObjectNode float8(ObjectNode scheme, boolean dynamic) {
    return scheme.put("num_bits", Byte.SIZE).put("type", "float").put("dynamic", dynamic);
  }
}
