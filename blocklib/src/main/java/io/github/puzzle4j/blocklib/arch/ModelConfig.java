package io.github.puzzle4j.blocklib.arch;

/**
 * The shape of a decoder-only model whose layers were alike when it was trained.
 *
 * @param family the checkpoint's {@code model_type}, such as {@code llama}
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize channels of the teacher's FFN
 * @param layers decoder layers
 * @param attention the teacher's heads
 * @param rotary position embedding
 * @param normEpsilon added to the mean square in each RMS norm
 * @param maxPositions the longest context the model was made for, tokens
 * @param tiedEmbeddings whether the LM head is the embedding itself
 * @param specialTokens ids that open and close a document
 */
public record ModelConfig(
    String family,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    AttentionShape attention,
    RotaryEmbedding rotary,
    double normEpsilon,
    int maxPositions,
    boolean tiedEmbeddings,
    SpecialTokens specialTokens) {

  public ModelConfig {
    requirePositive("vocabularySize", vocabularySize);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("intermediateSize", intermediateSize);
    requirePositive("layers", layers);
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

  /** Parameters outside the layers: embedding, final norm and, unless tied, the LM head. */
  public long parametersOutsideLayers() {
    long embedding = (long) vocabularySize * hiddenSize;
    return (tiedEmbeddings ? embedding : 2 * embedding) + hiddenSize;
  }
}
