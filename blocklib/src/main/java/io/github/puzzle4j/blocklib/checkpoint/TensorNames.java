package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What the tensors of a model are called in Hugging Face checkpoints, and their shapes. Matrices
 * are [outputs, inputs].
 *
 * <p>A layer's tensor is {@code model.layers.N.} and a suffix. The suffixes alone name the tensors
 * of a variant wherever no layer is meant. A subblock that is left out has no tensors, not even its
 * norm.
 */
public final class TensorNames {

  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";

  /** Absent where the embedding serves as head. */
  public static final String LM_HEAD = "lm_head.weight";

  public static final String ATTENTION_NORM = "input_layernorm.weight";
  public static final String QUERY = "self_attn.q_proj.weight";
  public static final String KEY = "self_attn.k_proj.weight";
  public static final String VALUE = "self_attn.v_proj.weight";
  public static final String ATTENTION_OUTPUT = "self_attn.o_proj.weight";

  /** Where the family has biases; each of the length of its projection's output. */
  public static final String QUERY_BIAS = "self_attn.q_proj.bias";

  public static final String KEY_BIAS = "self_attn.k_proj.bias";
  public static final String VALUE_BIAS = "self_attn.v_proj.bias";
  public static final String ATTENTION_OUTPUT_BIAS = "self_attn.o_proj.bias";

  /** Where the family has head norms; each of the width of a head. */
  public static final String QUERY_NORM = "self_attn.q_norm.weight";

  public static final String KEY_NORM = "self_attn.k_norm.weight";
  public static final String LINEAR_ATTENTION = "self_attn.linear_attn.weight";

  public static final String FFN_NORM = "post_attention_layernorm.weight";
  public static final String GATE = "mlp.gate_proj.weight";
  public static final String UP = "mlp.up_proj.weight";
  public static final String DOWN = "mlp.down_proj.weight";
  public static final String LINEAR_FFN = "mlp.linear_mlp.weight";

  private TensorNames() {}

  /** The full name of a layer's tensor, {@code layer} counted from 0. */
  public static String ofLayer(int layer, String suffix) {
    return "model.layers." + layer + "." + suffix;
  }

  /**
   * Suffixes and shapes of an attention subblock's tensors: norm, query, key, value, output, then
   * biases, then head norms.
   */
  public static SequencedMap<String, List<Long>> attention(
      ModelConfig config, AttentionVariant variant) {
    return switch (variant) {
      case AttentionVariant.Teacher(), AttentionVariant.SlidingWindow(_) ->
          softmax(config, config.attention());
      case AttentionVariant.GroupedQuery(int kvHeads) ->
          softmax(config, config.attention().withKvHeads(kvHeads));
      case AttentionVariant.Linear() -> linear(config, ATTENTION_NORM, LINEAR_ATTENTION);
      case AttentionVariant.NoOp() -> Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
    };
  }

  /**
   * Suffixes and shapes of an FFN subblock's tensors, its norm first.
   *
   * @throws IllegalArgumentException for experts, which have no weights here
   */
  public static SequencedMap<String, List<Long>> ffn(ModelConfig config, FfnVariant variant) {
    return switch (variant) {
      case FfnVariant.Experts(int count) ->
          throw new IllegalArgumentException("experts_%d has no weights here".formatted(count));
      case FfnVariant.Teacher(), FfnVariant.Pruned(_) ->
          gated(requireComputable(config), variant.channels(config));
      case FfnVariant.Linear() -> linear(config, FFN_NORM, LINEAR_FFN);
      case FfnVariant.NoOp() -> Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
    };
  }

  /** Full names and shapes of one layer's tensors. */
  public static SequencedMap<String, List<Long>> layer(
      ModelConfig config, int layer, BlockVariant block) {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    attention(config, block.attention())
        .forEach((suffix, shape) -> tensors.put(ofLayer(layer, suffix), shape));
    ffn(config, block.ffn()).forEach((suffix, shape) -> tensors.put(ofLayer(layer, suffix), shape));
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /** Full names and shapes of the tensors that belong to no layer. */
  public static SequencedMap<String, List<Long>> outsideLayers(ModelConfig config) {
    long hidden = config.hiddenSize();
    List<Long> table = List.of((long) config.vocabularySize(), hidden);
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(EMBEDDING, table);
    tensors.put(FINAL_NORM, List.of(hidden));
    if (!config.tiedEmbeddings()) {
      tensors.put(LM_HEAD, table);
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /** Full names and shapes of all tensors: the layers', then those outside of them. */
  public static SequencedMap<String, List<Long>> of(Architecture architecture) {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      tensors.putAll(layer(architecture.config(), layer, architecture.blocks().get(layer)));
    }
    tensors.putAll(outsideLayers(architecture.config()));
    return Collections.unmodifiableSequencedMap(tensors);
  }

  private static SequencedMap<String, List<Long>> softmax(
      ModelConfig config, AttentionShape heads) {
    long hidden = config.hiddenSize();
    List<Long> cached = List.of((long) heads.kvWidth(), hidden);
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(ATTENTION_NORM, List.of(hidden));
    tensors.put(QUERY, List.of((long) heads.queryWidth(), hidden));
    tensors.put(KEY, cached);
    tensors.put(VALUE, cached);
    tensors.put(ATTENTION_OUTPUT, List.of(hidden, (long) heads.queryWidth()));
    switch (config.traits().biases()) {
      case NONE -> {}
      case QUERY_KEY_VALUE -> putBiases(tensors, heads);
      case ALL -> {
        putBiases(tensors, heads);
        tensors.put(ATTENTION_OUTPUT_BIAS, List.of(hidden));
      }
    }
    switch (config.traits().headNorm()) {
      case NONE -> {}
      case QUERY_AND_KEY -> {
        tensors.put(QUERY_NORM, List.of((long) heads.headDim()));
        tensors.put(KEY_NORM, List.of((long) heads.headDim()));
      }
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }

  private static void putBiases(Map<String, List<Long>> tensors, AttentionShape heads) {
    tensors.put(QUERY_BIAS, List.of((long) heads.queryWidth()));
    tensors.put(KEY_BIAS, List.of((long) heads.kvWidth()));
    tensors.put(VALUE_BIAS, List.of((long) heads.kvWidth()));
  }

  private static ModelConfig requireComputable(ModelConfig config) {
    if (config.experts().present()) {
      throw new IllegalArgumentException(
          "%s: the weights of experts have no names here".formatted(config.family()));
    }
    return config;
  }

  private static SequencedMap<String, List<Long>> gated(ModelConfig config, long channels) {
    long hidden = config.hiddenSize();
    List<Long> in = List.of(channels, hidden);
    return ordered(
        Map.entry(FFN_NORM, List.of(hidden)),
        Map.entry(GATE, in),
        Map.entry(UP, in),
        Map.entry(DOWN, List.of(hidden, channels)));
  }

  private static SequencedMap<String, List<Long>> linear(
      ModelConfig config, String norm, String matrix) {
    long hidden = config.hiddenSize();
    return ordered(Map.entry(norm, List.of(hidden)), Map.entry(matrix, List.of(hidden, hidden)));
  }

  @SafeVarargs
  private static SequencedMap<String, List<Long>> ordered(
      Map.Entry<String, List<Long>>... entries) {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, List<Long>> entry : entries) {
      tensors.put(entry.getKey(), entry.getValue());
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }
}
