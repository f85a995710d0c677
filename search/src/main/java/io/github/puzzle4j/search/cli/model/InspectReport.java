package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What a model is made of, in the JSON that {@code puzzle4j inspect --json} prints.
 *
 * @param family the checkpoint's {@code model_type}
 * @param heads query heads of every layer that has softmax attention
 * @param maxPositions longest context, tokens
 * @param parameters all trainable numbers
 * @param parametersOutsideLayers of them embedding, final norm and LM head
 * @param kvBytesPerToken of all layers, with keys and values in 16 bits
 * @param pricedOnly why the model can be priced but not computed; empty if it can
 * @param storedBytes bytes of weights by their type in the files; empty for a config alone
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record InspectReport(
    String family,
    int vocabularySize,
    int hiddenSize,
    int heads,
    int headDim,
    int maxPositions,
    boolean tiedEmbeddings,
    long parameters,
    long parametersOutsideLayers,
    long kvBytesPerToken,
    Optional<String> pricedOnly,
    SortedMap<String, Long> storedBytes,
    List<Layer> layers) {

  private static final long BYTES_OF_A_CACHED_NUMBER = 2;

  /**
   * One decoder layer.
   *
   * @param layer counted from 0
   * @param attention {@code gqa} for softmax attention, {@code linear} or {@code noop}
   * @param kvHeads 0 without a KV cache
   * @param window tokens that a query sees at most; 0 where it sees all
   * @param ffn {@code gated}, {@code experts}, {@code linear} or {@code noop}
   * @param experts 0 with a single FFN
   * @param ffnChannels of one expert where there are several; 0 unless gated
   * @param kvBytesPerToken with keys and values in 16 bits
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Layer(
      int layer,
      String attention,
      int kvHeads,
      int window,
      String ffn,
      int experts,
      int ffnChannels,
      long parameters,
      long kvBytesPerToken) {

    static Layer of(int index, BlockVariant block, ModelConfig config) {
      Optional<AttentionShape> cached = block.attention().cachedHeads(config);
      int channels = block.ffn().channels(config);
      int experts = InspectReport.experts(block.ffn(), config);
      return new Layer(
          index,
          cached.isPresent() ? "gqa" : block.attention().id(),
          cached.map(AttentionShape::kvHeads).orElse(0),
          cached.isPresent() ? block.attention().window(config) : 0,
          experts > 0 ? "experts" : channels > 0 ? "gated" : block.ffn().id(),
          experts,
          channels,
          block.parameters(config),
          cached.map(shape -> 2 * BYTES_OF_A_CACHED_NUMBER * shape.kvWidth()).orElse(0L));
    }
  }

  private static int experts(FfnVariant ffn, ModelConfig config) {
    return switch (ffn) {
      case FfnVariant.Teacher() -> config.experts().count();
      case FfnVariant.Experts(int count) -> count;
      case FfnVariant.Pruned(_), FfnVariant.Linear(), FfnVariant.NoOp() -> 0;
    };
  }

  /** A report without weights. */
  static InspectReport of(Architecture architecture) {
    return of(architecture, new TreeMap<>());
  }

  /**
   * A report with the sizes of the tensors in the files.
   *
   * @param tensors as they are stored
   */
  static InspectReport of(Architecture architecture, TensorSource tensors) throws IOException {
    SortedMap<String, Long> stored = new TreeMap<>();
    for (String name : tensors.names()) {
      TensorSpec spec = tensors.spec(name);
      stored.merge(spec.type().name(), spec.bytes(), Long::sum);
    }
    return of(architecture, stored);
  }

  private static InspectReport of(Architecture architecture, SortedMap<String, Long> stored) {
    ModelConfig config = architecture.config();
    List<Layer> layers = new ArrayList<>();
    for (BlockVariant block : architecture.blocks()) {
      layers.add(Layer.of(layers.size(), block, config));
    }
    return new InspectReport(
        config.family(),
        config.vocabularySize(),
        config.hiddenSize(),
        config.attention().heads(),
        config.attention().headDim(),
        config.maxPositions(),
        config.tiedEmbeddings(),
        architecture.parameters(),
        config.parametersOutsideLayers(),
        layers.stream().mapToLong(Layer::kvBytesPerToken).sum(),
        architecture.objectionToComputing(),
        stored,
        List.copyOf(layers));
  }
}
