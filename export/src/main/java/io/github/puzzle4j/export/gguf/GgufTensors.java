package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.gguf.GgufType;
import io.github.puzzle4j.export.ChildModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Adds a child's tensors to a GGUF file under llama.cpp's names. */
final class GgufTensors {

  private static final Map<String, String> VECTORS =
      new TreeMap<>(
          Map.of(
              SoftmaxAttention.QUERY_BIAS, "attn_q.bias",
              SoftmaxAttention.KEY_BIAS, "attn_k.bias",
              SoftmaxAttention.VALUE_BIAS, "attn_v.bias",
              SoftmaxAttention.OUTPUT_BIAS, "attn_output.bias",
              SoftmaxAttention.QUERY_NORM, "attn_q_norm.weight",
              SoftmaxAttention.KEY_NORM, "attn_k_norm.weight"));

  private final GgufWriter file;
  private final ChildModel child;
  private final CommonParts common;
  private final int headDim;
  private final GgufMix mix;
  private final GgufArchitecture architecture;

  /** How many value projections there are, and how many were added. */
  private int values;

  private int valuesBefore;

  /** How many layers there are, and how many last matrices of FFNs were added. */
  private int layerCount;

  private int downBefore;

  /**
   * Tensors of a child.
   *
   * @param headDim width of the heads of all layers
   */
  GgufTensors(
      GgufWriter file, ChildModel child, GgufMix mix, GgufArchitecture architecture, int headDim) {
    this.architecture = architecture;
    this.file = file;
    this.child = child;
    this.common = child.model().common();
    this.headDim = headDim;
    this.mix = mix;
  }

  void addAll(List<GgufLayer> layers) {
    long hidden = common.hiddenSize();
    List<Long> table = List.of((long) common.vocabularySize(), hidden);
    copy(
        "token_embd.weight",
        TensorNames.EMBEDDING,
        common.tiedEmbeddings() ? mix.head(hidden) : mix.usual(hidden),
        table);
    values = (int) layers.stream().filter(layer -> layer.mixer().attention().isPresent()).count();
    layerCount = layers.size();
    addRotaryFactors();
    for (int index = 0; index < layers.size(); index++) {
      String prefix = "blk." + index + ".";
      addMixer(prefix, layers.get(index).mixer());
      addFfn(prefix, layers.get(index).ffn());
    }
    copyNorm("output_norm.weight", TensorNames.FINAL_NORM);
    if (!common.tiedEmbeddings()) {
      copy("output.weight", TensorNames.LM_HEAD, mix.head(hidden), table);
    }
  }

  private void addRotaryFactors() {
    if (!architecture.isInterleaved()) {
      return;
    }
    switch (common.rotary().scaling()) {
      case RotaryEmbedding.Scaling.None(), RotaryEmbedding.Scaling.Dynamic(_) -> {
        // The loader computes the same frequencies within the context.
      }
      case RotaryEmbedding.Scaling.Yarn yarn ->
          throw new IllegalStateException("there was an objection to " + yarn);
      case RotaryEmbedding.Scaling.Linear(_), RotaryEmbedding.Scaling.Llama3(_, _, _, _) -> {
        float[] factors = new float[headDim / 2];
        for (int i = 0; i < factors.length; i++) {
          factors[i] = (float) common.rotary().divisor(i, headDim);
        }
        List<Long> shape = List.of((long) factors.length);
        file.add(
            "rope_freqs.weight",
            GgufType.F32,
            shape,
            () -> Tensor.ofFloats(TensorType.F32, shape, factors));
      }
    }
  }

  private void addMixer(String prefix, GgufLayer.Mixer mixer) {
    long hidden = common.hiddenSize();
    List<Long> square = List.of(hidden, hidden);
    switch (mixer) {
      case GgufLayer.Mixer.None() -> {
        // No tensors: the loader passes the residual on.
      }
      case GgufLayer.Mixer.Softmax(int layer, SoftmaxAttention own) ->
          addSoftmax(prefix, layer, own);
      case GgufLayer.Mixer.Matrix(String norm, String matrix) -> {
        copyNorm(prefix + "attn_norm.weight", norm);
        copy(prefix + "attn_output.weight", matrix, square);
      }
      case GgufLayer.Mixer.ZeroMatrix() -> {
        zeros(prefix + "attn_norm.weight", GgufType.F32, List.of(hidden));
        zeros(prefix + "attn_output.weight", mix.usual(hidden), square);
      }
    }
  }

  private void addSoftmax(String prefix, int layer, SoftmaxAttention own) {
    AttentionShape heads = own.heads();
    long hidden = common.hiddenSize();
    List<Long> query = List.of((long) heads.queryWidth(), hidden);
    List<Long> cached = List.of((long) heads.kvWidth(), hidden);
    copyNorm(prefix + "attn_norm.weight", TensorNames.ofLayer(layer, SoftmaxAttention.NORM));
    copyInterleaved(
        prefix + "attn_q.weight", TensorNames.ofLayer(layer, SoftmaxAttention.QUERY), query);
    copyInterleaved(
        prefix + "attn_k.weight", TensorNames.ofLayer(layer, SoftmaxAttention.KEY), cached);
    copy(
        prefix + "attn_v.weight",
        TensorNames.ofLayer(layer, SoftmaxAttention.VALUE),
        mix.important(hidden, valuesBefore++, values),
        cached);
    copy(
        prefix + "attn_output.weight",
        TensorNames.ofLayer(layer, SoftmaxAttention.OUTPUT),
        query.reversed());
    Set<String> tensors = own.tensors(common.hiddenSize()).keySet();
    VECTORS.forEach((source, name) -> {
      if (tensors.contains(source)) {
        boolean rotated =
            source.equals(SoftmaxAttention.QUERY_BIAS) || source.equals(SoftmaxAttention.KEY_BIAS);
        addVector(prefix + name, TensorNames.ofLayer(layer, source), rotated);
      }
    });
  }

  /** Biases and head norms are F32, as all vectors. */
  private void addVector(String name, String source, boolean rotated) {
    List<Long> shape = child.model().tensors().getOrDefault(source, List.of());
    file.add(
        name,
        GgufType.F32,
        shape,
        () -> {
          Tensor vector = child.tensors().tensor(source);
          return rotated ? interleaved(vector, headDim) : vector;
        });
  }

  private void addFfn(String prefix, GgufLayer.Channels ffn) {
    long hidden = common.hiddenSize();
    List<Long> in = List.of((long) ffn.channels(), hidden);
    switch (ffn) {
      case GgufLayer.Channels.Gated(int layer, int _) -> {
        copyNorm(prefix + "ffn_norm.weight", TensorNames.ofLayer(layer, GatedFfn.NORM));
        copy(prefix + "ffn_gate.weight", TensorNames.ofLayer(layer, GatedFfn.GATE), in);
        copy(prefix + "ffn_up.weight", TensorNames.ofLayer(layer, GatedFfn.UP), in);
        copy(
            prefix + "ffn_down.weight",
            TensorNames.ofLayer(layer, GatedFfn.DOWN),
            mix.important(ffn.channels(), downBefore++, layerCount),
            in.reversed());
      }
      case GgufLayer.Channels.Zero() -> {
        zeros(prefix + "ffn_norm.weight", GgufType.F32, List.of(hidden));
        zeros(prefix + "ffn_gate.weight", mix.usual(hidden), in);
        zeros(prefix + "ffn_up.weight", mix.usual(hidden), in);
        GgufType down = mix.important(ffn.channels(), downBefore++, layerCount);
        zeros(prefix + "ffn_down.weight", down, in.reversed());
      }
    }
  }

  private void copy(String name, String source, List<Long> shape) {
    copy(name, source, mix.usual(shape.getLast()), shape);
  }

  private void copy(String name, String source, GgufType type, List<Long> shape) {
    file.add(name, type, shape, () -> child.tensors().tensor(source));
  }

  /** Norms are F32, as loaders require. */
  private void copyNorm(String name, String source) {
    file.add(
        name,
        GgufType.F32,
        List.of((long) common.hiddenSize()),
        () -> child.tensors().tensor(source));
  }

  private void copyInterleaved(String name, String source, List<Long> shape) {
    file.add(
        name,
        mix.usual(shape.getLast()),
        shape,
        () -> interleaved(child.tensors().tensor(source), headDim));
  }

  /**
   * Rows of each head from half-split order (0, 1, .. | d/2, d/2+1, ..), which checkpoints have, to
   * pairs (0, d/2, 1, d/2+1, ..), which llama.cpp rotates.
   */
  private Tensor interleaved(Tensor tensor, int headDim) {
    if (!architecture.isInterleaved()) {
      return tensor;
    }
    long rowBytes = tensor.data().byteSize() / tensor.shape().getFirst();
    MemorySegment data = allocate(tensor.data().byteSize());
    for (long row = 0; row < tensor.shape().get(0); row++) {
      long head = row / headDim;
      int within = (int) (row % headDim);
      long from = head * headDim + within / 2 + (within % 2) * (headDim / 2L);
      MemorySegment.copy(tensor.data(), from * rowBytes, data, row * rowBytes, rowBytes);
    }
    return new Tensor(tensor.type(), tensor.shape(), data);
  }

  private void zeros(String name, GgufType type, List<Long> shape) {
    long bytes = TensorType.BF16.bytes() * shape.stream().reduce(1L, Math::multiplyExact);
    file.add(name, type, shape, () -> new Tensor(TensorType.BF16, shape, allocate(bytes)));
  }

  private static MemorySegment allocate(long bytes) {
    return bytes <= Integer.MAX_VALUE - 8
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : Arena.ofAuto().allocate(bytes);
  }
}
