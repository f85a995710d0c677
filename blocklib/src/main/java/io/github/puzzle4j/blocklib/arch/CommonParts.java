package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The parts of a model that are common to all layers: embedding, final norm, LM head, rotary
 * embedding.
 *
 * @param family {@code model_type} of the model's config
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param rotary rotary position embedding of queries and keys
 * @param normEpsilon epsilon of every RMS norm
 * @param maxPositions longest context of the model without rotary scaling, tokens
 * @param tiedEmbeddings whether the LM head is the embedding itself
 * @param specialTokens ids that open and close a document
 * @param storedWeights how the checkpoint stores its matrices
 */
public record CommonParts(
    String family,
    int vocabularySize,
    int hiddenSize,
    RotaryEmbedding rotary,
    double normEpsilon,
    int maxPositions,
    boolean tiedEmbeddings,
    SpecialTokens specialTokens,
    StoredWeights storedWeights) {

  /** The common parts of a Llama without rotary scaling, with weights in a plain type. */
  public static CommonParts llama(
      int vocabularySize,
      int hiddenSize,
      double ropeTheta,
      int maxPositions,
      boolean tiedEmbeddings,
      SpecialTokens specialTokens) {
    return new CommonParts(
        "llama",
        vocabularySize,
        hiddenSize,
        new RotaryEmbedding(ropeTheta, new RotaryEmbedding.Scaling.None()),
        1e-5,
        maxPositions,
        tiedEmbeddings,
        specialTokens,
        StoredWeights.PLAIN);
  }

  public CommonParts {
    requirePositive("vocabularySize", vocabularySize);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("maxPositions", maxPositions);
    if (!(normEpsilon > 0) || normEpsilon > 1) {
      throw new IllegalArgumentException("normEpsilon=%s must be in (0, 1]".formatted(normEpsilon));
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
  }

  /** The same parts under another {@code model_type}, with weights in a plain type. */
  public CommonParts asFamily(String other) {
    return new CommonParts(
        other,
        vocabularySize,
        hiddenSize,
        rotary,
        normEpsilon,
        maxPositions,
        tiedEmbeddings,
        specialTokens,
        StoredWeights.PLAIN);
  }

  /** Trainable elements: embedding, final norm and, unless tied, the LM head. */
  public long parameters() {
    return parameters(1);
  }

  /** Elements on each of {@code gpus} GPUs, which divide the padded vocabulary among them. */
  public long parameters(int gpus) {
    long table = Math.ceilDiv((long) vocabularySize, gpus) * hiddenSize;
    return (tiedEmbeddings ? table : 2 * table) + hiddenSize;
  }

  /** The longest context of the model, tokens. */
  public int longestContext() {
    return (int) Math.min(Integer.MAX_VALUE, rotary.longestContext(maxPositions));
  }

  /** Full names and shapes of the tensors that belong to no layer. */
  public SequencedMap<String, List<Long>> tensors() {
    List<Long> table = List.of((long) vocabularySize, (long) hiddenSize);
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(TensorNames.EMBEDDING, table);
    tensors.put(TensorNames.FINAL_NORM, List.of((long) hiddenSize));
    if (!tiedEmbeddings) {
      tensors.put(TensorNames.LM_HEAD, table);
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }
}
