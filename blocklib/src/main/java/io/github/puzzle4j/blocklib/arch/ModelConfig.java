package io.github.puzzle4j.blocklib.arch;

import java.util.Optional;

/**
 * The shape of a decoder-only model whose layers were alike when it was trained.
 *
 * @param family the checkpoint's {@code model_type}, such as {@code llama}
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize channels of the teacher's FFN; beside experts those of a layer without
 * @param layers decoder layers
 * @param attention the teacher's heads
 * @param rotary position embedding
 * @param normEpsilon added to the mean square in each RMS norm
 * @param maxPositions the longest context as the config has it, tokens; some scalings of {@code
 *     rotary} go beyond it, see {@link #longestContext}
 * @param tiedEmbeddings whether the LM head is the embedding itself
 * @param specialTokens ids that open and close a document
 * @param traits what the teacher's attention has beyond a Llama's
 * @param experts in the place of the teacher's FFN, or {@link Experts#NONE}
 * @param storedWeights how the checkpoint holds its matrices
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
    SpecialTokens specialTokens,
    AttentionTraits traits,
    Experts experts,
    StoredWeights storedWeights) {

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

  /** A model whose layers are those of a Llama. */
  public ModelConfig(
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
    this(
        family,
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        attention,
        rotary,
        normEpsilon,
        maxPositions,
        tiedEmbeddings,
        specialTokens,
        AttentionTraits.PLAIN,
        Experts.NONE,
        StoredWeights.PLAIN);
  }

  /** The same model with layers that are not those of a Llama. */
  public ModelConfig with(
      AttentionTraits newTraits, Experts newExperts, StoredWeights newStoredWeights) {
    return new ModelConfig(
        family,
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        attention,
        rotary,
        normEpsilon,
        maxPositions,
        tiedEmbeddings,
        specialTokens,
        newTraits,
        newExperts,
        newStoredWeights);
  }

  /** The same model with other traits of its attention. */
  public ModelConfig with(AttentionTraits newTraits) {
    return with(newTraits, experts, storedWeights);
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

  /**
   * Numbers outside the layers on each of {@code gpus} GPUs, which share the vocabulary's rows;
   * what does not divide is padded.
   */
  public long parametersOutsideLayers(int gpus) {
    long table = Math.ceilDiv((long) vocabularySize, gpus) * hiddenSize;
    return (tiedEmbeddings ? table : 2 * table) + hiddenSize;
  }

  /** The longest text that this model was made for, tokens. */
  public int longestContext() {
    return (int) Math.min(Integer.MAX_VALUE, rotary.longestContext(maxPositions));
  }

  /**
   * Why this model cannot be trained, evaluated or exported, though it can be described and priced;
   * in one sentence without a full stop, empty if it can.
   */
  public Optional<String> objectionToComputing() {
    if (experts.present()) {
      return Optional.of(
          "%s with %d experts per layer can be priced, not computed"
              .formatted(family, experts.count()));
    }
    return switch (storedWeights) {
      case PLAIN, FP8 -> Optional.empty();
      case NVFP4 ->
          Optional.of(
              "quantization_config says that weights are stored as %s; such models can be priced, not computed: use the checkpoint in 16 bits"
                  .formatted(storedWeights));
    };
  }

  /**
   * Whether the layers are those of a Llama: what the layout of heterogeneous children can hold.
   */
  public boolean isPlainLlama() {
    return traits.equals(AttentionTraits.PLAIN) && !experts.present();
  }
}
