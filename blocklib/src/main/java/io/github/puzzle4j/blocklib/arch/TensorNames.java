package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Names of tensors in Hugging Face checkpoints. A layer's tensor is {@code model.layers.N.} and a
 * suffix; the suffixes of a subblock are constants of its kind.
 */
public final class TensorNames {

  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";

  /** Absent with tied embeddings. */
  public static final String LM_HEAD = "lm_head.weight";

  private TensorNames() {}

  /** The full name of a layer's tensor, {@code layer} counted from 0. */
  public static String ofLayer(int layer, String suffix) {
    return "model.layers." + layer + "." + suffix;
  }

  /** A norm followed by a square matrix. */
  static SequencedMap<String, List<Long>> ofMatrix(String norm, String matrix, long hiddenSize) {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(norm, List.of(hiddenSize));
    tensors.put(matrix, List.of(hiddenSize, hiddenSize));
    return Collections.unmodifiableSequencedMap(tensors);
  }
}
