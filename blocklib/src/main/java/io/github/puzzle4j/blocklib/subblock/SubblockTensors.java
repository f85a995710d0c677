package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The operations of one kind of subblock on its weights, which are named as in {@link
 * Subblock#tensors}.
 */
public interface SubblockTensors {

  /** The tensors of a subblock of any kind. */
  static SubblockTensors of(Subblock subblock) {
    return switch (subblock) {
      case Attention attention -> of(attention);
      case Ffn ffn -> of(ffn);
    };
  }

  /** The tensors of an attention subblock. */
  static SubblockTensors of(Attention attention) {
    return switch (attention) {
      case SoftmaxAttention own -> new SoftmaxTensors(own);
      case LinearAttention _ -> LinearTensors.OF_ATTENTION;
      case NoAttention _ -> new NoTensors();
    };
  }

  /**
   * The tensors of an FFN subblock.
   *
   * @throws IllegalArgumentException for a kind that can be priced, but not computed
   */
  static SubblockTensors of(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn own -> new GatedTensors(own);
      case LinearFfn _ -> LinearTensors.OF_FFN;
      case NoFfn _ -> new NoTensors();
      case ExpertsFfn experts ->
          throw new IllegalArgumentException("%s cannot be computed".formatted(experts.id()));
    };
  }

  /**
   * The initial weights of this subblock in place of another one (Puzzle, arXiv 2411.19146, section
   * 3 and appendix). They belong to the scope and share nothing with the origin's.
   */
  SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Origin origin);

  /**
   * The subblock with its residual.
   *
   * @param hidden float32 {@code [batch, tokens, hidden]}
   * @return the same shape, in the memory of {@code hidden}
   */
  DeviceTensor forward(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights);

  /**
   * The subblock on tokens behind others, whose keys and values are in a cache; writes those of the
   * new ones to it. The cache is empty, or one token of each sequence is read.
   *
   * @param hidden float32 {@code [batch, tokens, hidden]}
   * @return the same shape; of a kind without a cache what it always is
   */
  default DeviceTensor forward(
      KernelContext context,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      CachedTokens cache) {
    return forward(context, hidden, weights);
  }

  /** The matrix of which the output is a linear function; empty for a kind without matrices. */
  default Optional<String> lastMatrix() {
    return Optional.empty();
  }

  /**
   * What enters {@link #lastMatrix}.
   *
   * @param hidden what enters the subblock
   * @return {@code [batch, tokens, inputs]} in the type of products, in the memory of {@code
   *     hidden}
   */
  default DeviceTensor lastInput(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    throw new IllegalArgumentException("this kind has no matrices");
  }

  /**
   * What {@link #forward} gives where {@link #lastInput} is known.
   *
   * @param hidden what enters the subblock
   * @param lastInput what enters the last matrix
   * @return the shape of {@code hidden}, in its memory
   */
  default DeviceTensor behindLastInput(
      KernelContext context,
      DeviceTensor hidden,
      DeviceTensor lastInput,
      Map<String, DeviceTensor> weights) {
    return hidden.add(context.product(lastInput, weights, lastMatrix().orElseThrow()));
  }

  /** Whether this subblock can be trained as a part of weights that it shares with others. */
  default boolean sharesWeights(Subblock own) {
    return false;
  }

  /**
   * This subblock's weights as a part of shared ones; gradients flow through it.
   *
   * @param shared the subblock whose weights are shared
   */
  default SequencedMap<String, DeviceTensor> cut(DeviceMemory scope, Origin shared) {
    throw new IllegalArgumentException("no weights are shared by this kind");
  }

  /**
   * One of this subblock's tensors as a slice of that of a wider one; bytes are copied unchanged.
   *
   * @param name of the tensor
   * @param whole the tensor of the wider subblock
   * @param order its channels in the order in which they are kept
   */
  default Tensor slice(String name, Tensor whole, long[] order) {
    throw new IllegalArgumentException("this kind is no slice of another subblock");
  }

  /**
   * How much each channel contributes to the output, summed over tokens.
   *
   * @param hidden what enters the subblock
   * @return float32 {@code [channels]}; empty for a kind without channels
   */
  default Optional<DeviceTensor> contribution(
      KernelContext context, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return Optional.empty();
  }

  /** Whether {@link #contribution} ranks channels. */
  default boolean hasChannels() {
    return false;
  }

  /** Copies of all weights of an origin. */
  static SequencedMap<String, DeviceTensor> copies(DeviceMemory scope, Origin origin) {
    SequencedMap<String, DeviceTensor> copies = new LinkedHashMap<>();
    for (String name : origin.own().tensors(origin.hiddenSize()).keySet()) {
      copies.put(name, origin.weight(name).copy(scope));
    }
    return copies;
  }
}
