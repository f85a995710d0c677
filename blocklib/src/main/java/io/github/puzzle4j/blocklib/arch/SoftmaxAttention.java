package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Causal softmax attention with grouped key and value heads, with or without a sliding window.
 *
 * <p>With tensor parallelism, heads are divided: query, key and value projections by outputs, the
 * output projection by inputs, after which the GPUs' results are summed.
 *
 * @param heads query heads, KV heads and their width
 * @param window tokens that a query sees at most, itself included, or {@link #NO_WINDOW}
 * @param biases which projections add a bias
 * @param headNorm whether each query and key head has an RMS norm before rotation
 */
public record SoftmaxAttention(AttentionShape heads, int window, Biases biases, HeadNorm headNorm)
    implements Attention {

  /** The window of full attention. */
  public static final int NO_WINDOW = 0;

  public static final String NORM = "input_layernorm.weight";
  public static final String QUERY = "self_attn.q_proj.weight";
  public static final String KEY = "self_attn.k_proj.weight";
  public static final String VALUE = "self_attn.v_proj.weight";
  public static final String OUTPUT = "self_attn.o_proj.weight";
  public static final String QUERY_BIAS = "self_attn.q_proj.bias";
  public static final String KEY_BIAS = "self_attn.k_proj.bias";
  public static final String VALUE_BIAS = "self_attn.v_proj.bias";
  public static final String OUTPUT_BIAS = "self_attn.o_proj.bias";
  public static final String QUERY_NORM = "self_attn.q_norm.weight";
  public static final String KEY_NORM = "self_attn.k_norm.weight";

  /** Projections with a bias. */
  public enum Biases {
    NONE,
    /** Query, key and value, as in Qwen 2. */
    QUERY_KEY_VALUE,
    /** All four projections. */
    ALL
  }

  /** Norms of single heads. */
  public enum HeadNorm {
    NONE,
    /** One weight vector of a head's width for all queries and one for all keys (Qwen 3). */
    QUERY_AND_KEY
  }

  public SoftmaxAttention {
    if (window < 0) {
      throw new IllegalArgumentException("window=%d must be 0 or positive".formatted(window));
    }
  }

  /** Attention as in Llama: no window, no biases, no head norms. */
  public static SoftmaxAttention plain(AttentionShape heads) {
    return new SoftmaxAttention(heads, NO_WINDOW, Biases.NONE, HeadNorm.NONE);
  }

  /** The same attention with another number of KV heads. */
  public SoftmaxAttention withKvHeads(int kvHeads) {
    return new SoftmaxAttention(heads.withKvHeads(kvHeads), window, biases, headNorm);
  }

  /** The same attention with another window. */
  public SoftmaxAttention withWindow(int tokens) {
    return new SoftmaxAttention(heads, tokens, biases, headNorm);
  }

  /** Whether a query sees a limited number of tokens. */
  public boolean hasWindow() {
    return window != NO_WINDOW;
  }

  /** Whether it has no window, biases or head norms, as in Llama. */
  public boolean isPlain() {
    return equals(plain(heads));
  }

  @Override
  public String id() {
    return "gqa_" + heads.kvHeads() + (hasWindow() ? "_window_" + window : "");
  }

  @Override
  public Optional<KvCache> cache() {
    return Optional.of(new KvCache(heads.kvHeads(), heads.headDim(), window));
  }

  @Override
  public long matrixParameters(int hiddenSize, int gpus) {
    AttentionShape own = heads.onOneOf(gpus);
    return 2L * hiddenSize * (own.queryWidth() + (long) own.kvWidth());
  }

  @Override
  public long otherParameters(int hiddenSize, int gpus) {
    AttentionShape own = heads.onOneOf(gpus);
    long ofBiases =
        switch (biases) {
          case NONE -> 0;
          case QUERY_KEY_VALUE -> own.queryWidth() + 2L * own.kvWidth();
          case ALL -> own.queryWidth() + 2L * own.kvWidth() + hiddenSize;
        };
    long ofNorms =
        switch (headNorm) {
          case NONE -> 0;
          case QUERY_AND_KEY -> 2L * own.headDim();
        };
    return hiddenSize + ofBiases + ofNorms;
  }

  @Override
  public List<Operation> operations(int hiddenSize, int gpus) {
    AttentionShape own = heads.onOneOf(gpus);
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.Elementwise(4L * hiddenSize));
    operations.add(new Operation.Gemm(hiddenSize, own.queryWidth() + 2 * own.kvWidth()));
    switch (headNorm) {
      case NONE -> {}
      case QUERY_AND_KEY -> {
        operations.add(new Operation.Elementwise(2L * own.queryWidth()));
        operations.add(new Operation.Elementwise(2L * own.kvWidth()));
      }
    }
    // Rotation of queries and keys. Writing them to the cache counts as part of the attention.
    operations.add(new Operation.Elementwise(2L * own.queryWidth() + 2L * own.kvWidth()));
    operations.add(new Operation.SelfAttention(own, window));
    operations.add(new Operation.Gemm(own.queryWidth(), hiddenSize));
    if (gpus > 1) {
      operations.add(new Operation.AllReduce(hiddenSize));
    }
    return List.copyOf(operations);
  }

  @Override
  public Optional<String> objection(int gpus) {
    return heads.objection(gpus);
  }

  /** Norm, query, key, value and output, then biases, then head norms. */
  @Override
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    long hidden = hiddenSize;
    long query = heads.queryWidth();
    long cached = heads.kvWidth();
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(NORM, List.of(hidden));
    tensors.put(QUERY, List.of(query, hidden));
    tensors.put(KEY, List.of(cached, hidden));
    tensors.put(VALUE, List.of(cached, hidden));
    tensors.put(OUTPUT, List.of(hidden, query));
    if (biases != Biases.NONE) {
      tensors.put(QUERY_BIAS, List.of(query));
      tensors.put(KEY_BIAS, List.of(cached));
      tensors.put(VALUE_BIAS, List.of(cached));
    }
    if (biases == Biases.ALL) {
      tensors.put(OUTPUT_BIAS, List.of(hidden));
    }
    if (headNorm == HeadNorm.QUERY_AND_KEY) {
      tensors.put(QUERY_NORM, List.of((long) heads.headDim()));
      tensors.put(KEY_NORM, List.of((long) heads.headDim()));
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /** Fewer KV heads that divide these, a narrower window, both, or another kind. */
  @Override
  public Optional<String> objectionToBecoming(Attention other) {
    return switch (other) {
      case SoftmaxAttention attention -> objectionToBecoming(attention);
      case LinearAttention _, NoAttention _ -> Optional.empty();
    };
  }

  private Optional<String> objectionToBecoming(SoftmaxAttention other) {
    boolean alike =
        heads.heads() == other.heads.heads()
            && heads.headDim() == other.heads.headDim()
            && biases == other.biases
            && headNorm == other.headNorm;
    if (!alike) {
      return Optional.of(
          "%s: query heads, their width, biases and head norms must be those of the layer"
              .formatted(other.id()));
    }
    if (heads.kvHeads() % other.heads.kvHeads() != 0) {
      return Optional.of(
          "%s: %d KV heads do not divide the teacher's %d"
              .formatted(other.id(), other.heads.kvHeads(), heads.kvHeads()));
    }
    boolean wider = !other.hasWindow() || other.window > window;
    return hasWindow() && wider
        ? Optional.of("%s: the teacher sees only %d tokens".formatted(other.id(), window))
        : Optional.empty();
  }
}
