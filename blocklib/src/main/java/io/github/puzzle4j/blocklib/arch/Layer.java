package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** One decoder layer: an attention subblock, then an FFN subblock. */
public record Layer(Attention attention, Ffn ffn) {

  /** A layer of a Llama. */
  public static Layer llama(AttentionShape heads, int channels) {
    return new Layer(SoftmaxAttention.plain(heads), new GatedFfn(channels));
  }

  /** Short name for files and people, such as {@code gqa_2+ffn_2816}; it is never parsed back. */
  public String id() {
    return attention.id() + "+" + ffn.id();
  }

  /** The same layer with another attention. */
  public Layer with(Attention other) {
    return new Layer(other, ffn);
  }

  /** The same layer with another FFN. */
  public Layer with(Ffn other) {
    return new Layer(attention, other);
  }

  /** Whether nothing is left of it, so that what leaves it is what entered. */
  public boolean addsNothing() {
    return attention.tensors(1).isEmpty() && ffn.tensors(1).isEmpty();
  }

  /** Trainable elements of the layer. */
  public long parameters(int hiddenSize) {
    return attention.parameters(hiddenSize) + ffn.parameters(hiddenSize);
  }

  /** Why engines cannot divide the layer among {@code gpus} GPUs; empty if they can. */
  public Optional<String> objection(int gpus) {
    return attention.objection(gpus).or(() -> ffn.objection(gpus));
  }

  /** Why the layer cannot be trained, evaluated or exported; empty if it can. */
  public Optional<String> objectionToComputing() {
    return attention.objectionToComputing().or(ffn::objectionToComputing);
  }

  /** Suffixes and shapes of the layer's tensors: the attention's, then the FFN's. */
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>(attention.tensors(hiddenSize));
    tensors.putAll(ffn.tensors(hiddenSize));
    return Collections.unmodifiableSequencedMap(tensors);
  }
}
